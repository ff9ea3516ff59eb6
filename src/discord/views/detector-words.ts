import type { KnownDetector } from '../../domain/detectors/known-detector.ts';
import { detectorName } from './words.ts';

/** A detector as it is offered: by its name alone when it is a rule of ours in use, else with what it is. */
export function detectorWords({ id, kind, family, state }: KnownDetector): string {
  const made = {
    built_in: [],
    model: ['model'],
    foreign: [kind === 'ml' ? 'model of your own' : 'rule of your own'],
  };
  const fares = { active: [], shadow: ['on trial'], retired: ['retired'] };
  return [detectorName(id), ...made[family], ...fares[state]].join(' · ');
}

/** After a choice of detectors: which of them show no card yet, and why; empty when all do. */
export function trialLines(detectors: readonly KnownDetector[]): string[] {
  return detectors
    .filter(({ state }) => state === 'shadow')
    .map(({ id }) => `-# ${detectorName(id)} is on trial: its cards stay hidden until it is promoted.`);
}
