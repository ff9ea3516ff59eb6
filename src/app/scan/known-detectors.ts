import * as rules from '../../domain/detectors/all.ts';
import type { KnownDetector } from '../../domain/detectors/known-detector.ts';
import { OraError } from '../../domain/errors.ts';
import type { Services } from '../services.ts';

/** How many a refusal names. */
const NAMED = 20;

/** All that signals can be chosen by: the rules of this program, then models, then detectors of other programs. */
export async function listDetectors({ stores }: Pick<Services, 'stores'>): Promise<KnownDetector[]> {
  const ours = Object.values(rules).map(
    ({ id, kind }): KnownDetector => ({ id, kind, family: 'built_in', state: 'active' }),
  );
  const stored = (await stores.detectors.list()).filter(({ id }) => ours.every((rule) => rule.id !== id));
  return [
    ...ours,
    ...stored.map(
      (each): KnownDetector => (each.family === 'built_in' ? { ...each, state: 'retired' } : each),
    ),
  ];
}

/**
 * The detectors that ids name, in their order.
 *
 * @throws OraError `not_found` for an id there is not, with those there are.
 */
export async function findDetectors(
  deps: Pick<Services, 'stores'>,
  ids: readonly string[],
): Promise<KnownDetector[]> {
  if (ids.length === 0) return [];
  const known = await listDetectors(deps);
  return ids.map((id) => {
    const found = known.find((each) => each.id === id);
    if (found === undefined) throw new OraError('not_found', refusalOf(id, known));
    return found;
  });
}

function refusalOf(id: string, known: readonly KnownDetector[]): string {
  const inUse = known.filter(({ state }) => state !== 'retired').map((each) => each.id);
  const more = inUse.length > NAMED ? ', …' : '';
  return `There is no detector "${id}". Use one of ${inUse.slice(0, NAMED).join(', ')}${more}.`;
}
