import type { Fault, FaultFamily } from '../fault.ts';
import type { Scene } from '../scene.ts';

const MINUTE = 60_000;

/** The machine's clock is wrong, the market's is not; a round of jobs runs, and it is put right. */
async function jump(scene: Scene, byMs: number): Promise<number> {
  scene.toNextClose();
  await scene.skewClock(byMs);
  await scene.play();
  await scene.skewClock(0);
  await scene.play();
  return 1;
}

const jumps: readonly (readonly [string, number])[] = [
  ['set back by a minute', -MINUTE],
  ['set back by an hour', -60 * MINUTE],
  ['set back by a day', -24 * 60 * MINUTE],
  ['set forward by a minute', MINUTE],
  ['set forward by an hour', 60 * MINUTE],
];

/** The clock of the machine. */
export const clock: FaultFamily = {
  family: 'clock',
  faults: jumps.map(([name, byMs]): Fault => ({ name, strike: (scene) => jump(scene, byMs) })),
};
