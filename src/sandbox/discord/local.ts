import type { Clocks } from './clocks.ts';
import type { CommandStore } from './command-store.ts';
import type { Feed } from './feed.ts';
import type { FileStore } from './file-store.ts';
import type { Guild } from './guild.ts';
import type { MessageStore } from './message-store.ts';
import type { Nonces } from './nonces.ts';

/** Everything the local Discord knows. Routes, gateway and page share one of these. */
export interface Local {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The only bot token it accepts. */
  readonly token: string;
  /** Read at each use, so a test may change them while running. */
  readonly clocks: Clocks;
  readonly guild: Guild;
  readonly messages: MessageStore;
  readonly nonces: Nonces;
  readonly files: FileStore;
  readonly commands: CommandStore;
  readonly feed: Feed;
  readonly newId: () => string;
}
