import type { Doubt } from '../../app/journal/journal-fill.ts';
import type { StoredFill } from '../../app/journal/journal-ports.ts';
import type { Undone } from '../../app/journal/journal-undo.ts';
import type { WrittenFill } from '../../app/journal/journal-write.ts';
import { fillTime } from '../../domain/fill-time.ts';
import { exact, sumOf } from '../../domain/ledger/exact.ts';
import { isEntry } from '../../domain/ledger/fill.ts';
import type { Book, Exit } from '../../domain/ledger/position.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';
import { fillWords, sentence } from './fill-words.ts';
import { dollars, exactPrice, multipleOfR, shares, signedUsd } from './money.ts';
import { NBSP } from './signed.ts';
import { clipLines, listed, price } from './words.ts';

interface Receipt {
  readonly content: string;
  readonly components: ButtonRow[];
}

/** What was journalled and what it did to the position, with its Undo. */
export function receiptView({ outcome, ticker, fills, book, isUnpriced }: WrittenFill): Receipt {
  const [first] = fills;
  if (first === undefined) throw new Error('nothing was written');
  const lines = [
    ...(outcome === 'repeated' ? ['You sent this form before; it was written once.'] : []),
    ...(fills.length > 1 ? [`This turned your position in ${ticker} around.`] : []),
    ...fills.map((fill) => fillLine(fill, book)),
    openLine(ticker, book),
    ...(isUnpriced
      ? [`⚠️ No price of ${ticker} is stored, so yours was not checked. Is it the right ticker?`]
      : []),
  ];
  return {
    content: lines.join('\n'),
    components: [buttonRow({ label: 'Undo', name: 'journal:undo', id: first.id })],
  };
}

/** The button that opens a form again, and the draft it is filled in from. */
export interface FormRef {
  readonly name: string;
  readonly id: number;
}

/** More than this are counted, not told one by one. */
const MAX_TOLD = 4;

/** What an undo took back. */
export function undoneView({ voided, restored, books }: Undone): Receipt {
  const gone =
    voided.length > MAX_TOLD
      ? `${voided.length} fills`
      : listed(voided.map((fill) => `${fillWords(fill)} (#${fill.id})`));
  const back = restored.map((fill) => `Counts again: ${fillWords(fill)} (#${fill.id}).`);
  const stays = voided.length === 1 ? 'It stays in the log and counts' : 'They stay in the log and count';
  const lines = [`Undone: ${gone}. ${stays} for nothing.`, ...back];
  return {
    content: clipLines([...lines, ...[...books].map(([ticker, book]) => openLine(ticker, book))], 2000),
    components: [],
  };
}

/** The question about a fill far from its candle: nothing is written before an answer. */
export function doubtView({ ticker, at, price: asked, candle }: Doubt, draftId: number): Receipt {
  return {
    content: [
      `**Is ${exactPrice(asked)} right?** ${ticker} traded between ${price(candle.low)} and ${price(candle.high)} around ${fillTime(at)} New York, more than 20${NBSP}% away.`,
      'Nothing is written yet.',
    ].join('\n'),
    components: [
      buttonRow(
        { label: 'Correct it', name: 'journal:form', id: draftId, style: 'primary' },
        { label: 'It is right, write it', name: 'journal:confirm', id: draftId },
      ),
    ],
  };
}

/** What was wrong with a form, and the way back to it as it was filled in. */
export function mendView(message: string, form: FormRef): Receipt {
  return {
    content: `${message}\nNothing was written; what you typed is kept.`,
    components: [buttonRow({ label: 'Fix it', ...form, style: 'primary' })],
  };
}

function fillLine(fill: StoredFill, book: Book): string {
  const parts = [sentence(fillWords(fill)), fill.feeUsd.isZero() ? 'no fee' : `fee ${dollars(fill.feeUsd)}`];
  if (isEntry(fill.side)) parts.push(stopWords(fill));
  else parts.push(fill.tag ?? 'EXIT');
  const exit = findExit(book, fill.id);
  const realised =
    exit === null ? '' : `\nRealised **${signedUsd(exit.pnl.fifo)}** (${multipleOfR(exit.r)}).`;
  return `${parts.join(', ')} · #${fill.id}${realised}`;
}

function stopWords({ stopPrice, price: entry, qty }: StoredFill): string {
  if (stopPrice === null) return 'no stop, so R stays unknown';
  const risk = exact(entry).minus(stopPrice).abs().times(qty);
  return `stop ${exactPrice(stopPrice)}, risk ${dollars(risk)} USD`;
}

function findExit(book: Book, fillId: number): Exit | null {
  const all = book.positions.flatMap(({ exits }) => exits);
  return all.find((exit) => exit.fillId === fillId) ?? null;
}

function openLine(ticker: string, { open, positions }: Book): string {
  if (open !== null) {
    return `Open now: ${open.side} ${shares(open.qtyOpen)} ${ticker}, entered at ${exactPrice(open.averageEntry.toDecimalPlaces(4))} on average.`;
  }
  const last = positions.at(-1);
  if (last === undefined) return `You have no position in ${ticker}.`;
  const total = sumOf(last.exits.map(({ pnl }) => pnl.fifo));
  return `Nothing in ${ticker} is open. That trade: **${signedUsd(total)}** (${multipleOfR(last.r)}).`;
}
