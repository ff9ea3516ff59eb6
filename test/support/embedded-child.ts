import { startEmbedded } from '../../src/db/embedded.ts';
import { quiet } from './quiet-log.ts';

/*
 * Another process of ours on the same folder: says what it got, then waits for its input to end, and
 * stops as the bot would.
 */
const [dataDir = ''] = process.argv.slice(2);
const server = await startEmbedded({ dataDir, settings: { fsync: 'off' }, log: quiet });
process.stdout.write(`${JSON.stringify({ url: server.url, owned: server.owned })}\n`);
process.stdin.resume().once('end', () => server.stop());
