import type { Scene } from './scene.ts';
import type { World } from './world.ts';

/** Something that goes wrong for real. One family of them per file in `faults/`, one line in `all.ts`. */
export interface Fault {
  /** Says where it strikes: `killed while the signals are written`. */
  readonly name: string;
  /** What the desk's log says about it; left out where nobody needs to look. */
  readonly says?: RegExp;
  /** The market in which it strikes, where that is not the usual one. */
  readonly world?: World;
  /** Takes the desk over one candle close, breaking it on the way, and mends what it broke. @returns how often it struck. */
  strike(scene: Scene): Promise<number>;
  /** What has to be so afterwards besides the story; a sentence for each thing that is not. */
  check?(scene: Scene): Promise<readonly string[]>;
}

/** A family of faults under one title. */
export interface FaultFamily {
  readonly family: string;
  readonly faults: readonly Fault[];
}
