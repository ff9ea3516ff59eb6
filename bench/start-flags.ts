import packageJson from '../package.json' with { type: 'json' };

/** Node's own flags of `npm start`: what is measured in a process of its own runs as the bot does. */
export function startFlags(): string[] {
  return packageJson.scripts.start.split(' ').filter((word) => word.startsWith('--'));
}
