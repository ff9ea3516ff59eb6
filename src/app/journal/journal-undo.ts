import { OraError } from '../../domain/errors.ts';
import { checkChange } from '../../domain/ledger/check-change.ts';
import type { Book } from '../../domain/ledger/position.ts';
import type { Services } from '../services.ts';
import { type Asking, findOwnFill } from './journal-form.ts';
import type { NewFillRow, StoredFill } from './journal-ports.ts';
import { asLedgerFills } from './journal-write.ts';

export interface JournalUndoInput extends Asking {
  readonly id: number;
  /** `fill`: what its form wrote, or its row of a file; `import`: the whole file. */
  readonly scope: 'fill' | 'import';
}

/** What an undo took back. */
export interface Undone {
  readonly voided: readonly StoredFill[];
  /** What counts again, when a correction was undone. */
  readonly restored: readonly StoredFill[];
  /** The books as they are now, by ticker. */
  readonly books: ReadonlyMap<string, Book>;
}

/**
 * Takes back what was written: its fills are voided, and what a correction had replaced is written anew.
 *
 * @throws OraError `not_found` when it is not there or was undone before, `conflict` when a later exit
 * would close nothing.
 */
export async function journalUndo(
  services: Pick<Services, 'stores' | 'log'>,
  input: JournalUndoInput,
): Promise<Undone> {
  const { traderId, interactionId, now, id, scope } = input;
  const asked = await findOwnFill(services, traderId, id);
  const ids = await findTogether(services, asked, scope);
  let voided: readonly StoredFill[] = [];
  const { fills, books } = await services.stores.journal.change(
    { traderId, interactionId, now, tickers: ids.tickers },
    (all) => {
      const kept = [...all.values()].flat();
      const live = kept.filter((fill) => fill.voidedAt === null);
      voided = live.filter((fill) => ids.all.has(fill.id));
      if (voided.length === 0) throw undoneBefore(id);
      const add = voided.flatMap((fill) => restore(fill, kept));
      for (const ticker of ids.tickers) {
        const own = live.filter((fill) => fill.ticker === ticker);
        const back = asLedgerFills(
          add.filter((row) => row.ticker === ticker),
          kept,
        );
        checkChange(ticker, own, [...own.filter((fill) => !ids.all.has(fill.id)), ...back]);
      }
      return {
        add,
        voids: voided.map((fill) => ({ id: fill.id, reason: 'undone' })),
        audit: { action: 'journal.undo', target: ids.tickers.join(' '), details: { scope } },
      };
    },
  );
  services.log.info({ traderId, interactionId, scope, undone: voided.map((fill) => fill.id) }, 'journal');
  return { voided, restored: fills, books };
}

/** What is taken back with a fill: both parts of a turn, or a whole file. */
async function findTogether(
  { stores }: Pick<Services, 'stores'>,
  asked: StoredFill,
  scope: JournalUndoInput['scope'],
): Promise<{ readonly all: ReadonlySet<number>; readonly tickers: readonly string[] }> {
  const [origin] = asked.interactionId?.split('#') ?? [];
  const { traderId } = asked;
  const written =
    origin === undefined ? [asked] : await stores.journal.fills({ traderId, interactionId: origin });
  const together =
    scope === 'import' || asked.importKey === null
      ? written
      : written.filter(({ importKey }) => importKey === asked.importKey);
  return {
    all: new Set(together.map(({ id }) => id)),
    tickers: [...new Set(together.map(({ ticker }) => ticker))].toSorted(),
  };
}

function undoneBefore(id: number): OraError {
  return new OraError('not_found', `Fill ${id} was undone before. Nothing was changed.`);
}

/** What the fill had replaced, to be written again in its place. */
function restore(fill: StoredFill, kept: readonly StoredFill[]): NewFillRow[] {
  const old = kept.find(({ id }) => id === fill.replacesId);
  if (old === undefined) return [];
  const { ticker, at, side, qty, price, feeUsd, tag, stopPrice, signalId, importKey } = old;
  const row = { ticker, at, side, qty, price, feeUsd, tag: tag ?? ('EXIT' as const), stopPrice };
  return [{ ...row, signalId, importKey, replacesId: fill.id }];
}
