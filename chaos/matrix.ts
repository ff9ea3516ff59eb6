import type { OwnServer } from './databases.ts';
import type { Fault, FaultFamily } from './fault.ts';
import * as families from './faults/all.ts';
import { playUndisturbed, type Result, runFault } from './run-fault.ts';
import type { Setting } from './scene.ts';
import { setStage } from './stage.ts';
import type { Story } from './story.ts';
import { WORLD, type World } from './world.ts';

const all: readonly FaultFamily[] = Object.values(families);

/** Every fault, its family before its name. */
export const FAULTS: readonly Fault[] = all.flatMap(({ family, faults }) =>
  faults.map((fault) => ({ ...fault, name: `${family}: ${fault.name}` })),
);

/** Where faults strike, and what happens there when none does. */
interface Ground extends Setting {
  readonly whole: Story;
}

/** Lets one fault after the other strike, each a fresh copy of its world. */
export async function* runFaults(faults: readonly Fault[], server: OwnServer): AsyncGenerator<Result> {
  const grounds = new Map<World, Ground>();
  try {
    for (const fault of faults) {
      const world = fault.world ?? WORLD;
      const ground = grounds.get(world) ?? (await prepare(world, server));
      grounds.set(world, ground);
      yield await runFault(fault, ground);
    }
  } finally {
    for (const { stage } of grounds.values()) await stage.close();
  }
}

async function prepare(world: World, { url, restart }: OwnServer): Promise<Ground> {
  const setting = { stage: await setStage(url, world), serverUrl: url, restartServer: restart };
  return { ...setting, whole: await playUndisturbed(setting) };
}

/** Whether the desk came through it as if nothing had been. */
export function isGood({ lost, doubled, recoveredMs, complaints }: Result): boolean {
  return lost.length + doubled.length + complaints.length === 0 && recoveredMs !== null;
}
