import * as detectors from '../../domain/detectors/all.ts';
import { hashDetector } from '../../domain/detectors/code-hash.ts';
import type { Services } from '../services.ts';

/**
 * Makes the catalog agree with the rules of this program, before anything fires.
 *
 * @throws OraError `conflict` when a rule answers otherwise than its stored version did.
 */
export function syncDetectors({ stores }: Pick<Services, 'stores'>): Promise<void> {
  return stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  );
}
