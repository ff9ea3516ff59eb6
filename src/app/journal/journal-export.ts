import { OraError } from '../../domain/errors.ts';
import { exportCsv } from '../../domain/ledger/export-rows.ts';
import { newYorkDate } from '../../domain/new-york-time.ts';
import type { Services } from '../services.ts';

export interface ExportedJournal {
  readonly fileName: string;
  readonly csv: string;
  readonly fills: number;
}

/**
 * A trader's fills as CSV that imports back to the same ledger; voided ones are left out.
 *
 * @throws OraError `not_found` when there are none.
 */
export async function journalExport(
  { stores }: Pick<Services, 'stores'>,
  input: { readonly traderId: string; readonly ticker: string | null; readonly now: number },
): Promise<ExportedJournal> {
  const { traderId, ticker, now } = input;
  const kept = await stores.journal.fills({ traderId, ...(ticker !== null && { ticker }) });
  const live = kept.filter(({ voidedAt }) => voidedAt === null);
  if (live.length === 0) throw new OraError('not_found', 'You have no fills to export.');
  const of = ticker === null ? '' : `-${ticker.toLowerCase().replace(/[^a-z0-9]/g, '')}`;
  return {
    fileName: `journal${of}-${newYorkDate(now)}.csv`,
    csv: exportCsv(live),
    fills: live.length,
  };
}
