import type { Scene } from './scene.ts';

/** Something that goes wrong for real. One family of them per file in `faults/`, one line in `all.ts`. */
export interface Fault {
  /** Says where it strikes: `killed while the signals are written`. */
  readonly name: string;
  /** What the desk's log says about it; left out where nobody needs to look. */
  readonly says?: RegExp;
  /** Needs a server of its own, because it stops it. */
  readonly server?: 'own';
  /** Takes the desk over one candle close, breaking it on the way, and mends what it broke. @returns how often it struck. */
  strike(scene: Scene): Promise<number>;
}

/** A family of faults under one title. */
export interface FaultFamily {
  readonly family: string;
  readonly faults: readonly Fault[];
}
