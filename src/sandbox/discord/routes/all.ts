export { channelRoutes } from './channels.ts';
export { commandRoutes } from './commands.ts';
export { interactionRoutes } from './interactions.ts';
export { messageRoutes } from './messages.ts';
export { selfRoutes } from './self.ts';
