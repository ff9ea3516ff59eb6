export { createYahooSource } from './yahoo.ts';
