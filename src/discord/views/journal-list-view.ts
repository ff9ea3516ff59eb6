import type { APIEmbed } from 'discord.js';
import type { StoredFill } from '../../app/journal/journal-ports.ts';
import { booksOf } from '../../app/journal/position-list.ts';
import type { Exit } from '../../domain/ledger/position.ts';
import { type ButtonRow, pageOf, pagerRows } from './buttons-row.ts';
import { fillMinute, fillWords } from './fill-words.ts';
import { multipleOfR, signedUsd } from './money.ts';

const PER_PAGE = 10;
/** A page and its ticker share the id of a button: `symbol * PAGES + page`. */
const PAGES = 100_000;

/** Which page of which ticker a button asks for; symbol 0 is all of them. */
export function readPageId(id: number): { readonly symbolId: number; readonly page: number } {
  return { symbolId: Math.floor(id / PAGES), page: id % PAGES };
}

/** A trader's fills, newest first, voided ones crossed out. */
export function journalListView(
  fills: readonly StoredFill[],
  about: { readonly ticker: string | null; readonly page: number },
): { readonly embeds: APIEmbed[]; readonly components: ButtonRow[] } {
  const exits = new Map(
    booksOf(fills)
      .flatMap(({ book }) => book.positions)
      .flatMap((position) => position.exits)
      .map((exit) => [exit.fillId, exit]),
  );
  const { items, ...place } = pageOf(fills.toReversed(), PER_PAGE, about.page);
  const symbolId = about.ticker === null ? 0 : (fills[0]?.symbolId ?? 0);
  const name = about.ticker === null ? 'Your fills' : `Your fills in ${about.ticker}`;
  return {
    embeds: [
      {
        title: place.pages > 1 ? `${name} (${place.page} of ${place.pages})` : name,
        description:
          items.length === 0
            ? 'Nothing is journalled yet. Enter from a card, or with `/journal enter`.'
            : items.map((fill) => fillLines(fill, exits.get(fill.id))).join('\n'),
        footer: { text: 'New York time. Correct one with /journal edit, take one back with /journal undo.' },
      },
    ],
    components: pagerRows(place, 'journal:page', (page) => symbolId * PAGES + page),
  };
}

function fillLines(fill: StoredFill, exit: Exit | undefined): string {
  const words = `**#${fill.id}** ${fillWords(fill)}`;
  const when = `-# ${fillMinute(fill.at)}`;
  if (fill.voidedAt !== null) return `~~${words}~~\n${when} · ${fill.voidReason ?? 'voided'}`;
  const parts = [when, ...(fill.tag === null ? [] : [fill.tag])];
  if (exit !== undefined) parts.push(`${signedUsd(exit.pnl.fifo)} · ${multipleOfR(exit.r)}`);
  return `${words}\n${parts.join(' · ')}`;
}
