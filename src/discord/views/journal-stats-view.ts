import type { APIEmbed } from 'discord.js';
import { newYorkDate } from '../../domain/calendar.ts';
import type { Figure } from '../../domain/figure.ts';
import type { ExitGroup, JournalStats } from '../../domain/ledger/journal-stats.ts';
import { describeRate, rateOf } from '../../domain/stats.ts';
import { dollars, multipleOfR, signedUsd } from './money.ts';
import { signedR } from './signed.ts';
import { calendarFigure, counted, equityFigure, hourFigure, rFigure } from './stats-figures.ts';
import { clipLines } from './words.ts';

/** The pages of `/stats journal`, in the order of their buttons. */
export const JOURNAL_PAGES = ['Overview', 'Days', 'R', 'Tickers', 'Times'] as const;

/** What a page of a person's statistics says and shows; `page` from 1. */
export function journalPage(
  stats: JournalStats,
  about: { readonly page: number; readonly period: string; readonly now: number },
): { readonly embed: APIEmbed; readonly figure: Figure | null } {
  const { page, period } = about;
  const title = `Your trading, ${period}`;
  if (stats.exits === 0) {
    const description = 'You closed nothing in this time. /positions shows what is open.';
    return { embed: { title, description }, figure: null };
  }
  const lines = pageLines(stats, page);
  return {
    embed: { title, description: clipLines(lines, 4096), footer: { text: FOOTERS[page - 1] ?? '' } },
    figure: pageFigure(stats, about),
  };
}

const FOOTERS = [
  'First in, first out; fees included. A trade counts when it is closed.',
  'By the New York day of the exit.',
  'R is measured from the first stop, never from a moved one.',
  'Every exit counts, also of positions that are still open.',
  'By when the position was opened, New York time.',
];

function pageFigure(
  stats: JournalStats,
  { page, period, now }: { readonly page: number; readonly period: string; readonly now: number },
): Figure | null {
  if (page === 2) return calendarFigure(stats, newYorkDate(now));
  if (page === 3) return rFigure(stats);
  if (page === 5) return hourFigure(stats);
  return page === 1 ? equityFigure(stats, `Realised, ${period}`) : null;
}

function pageLines(stats: JournalStats, page: number): string[] {
  if (page === 2) return dayLines(stats);
  if (page === 3) return [...rLines(stats), '', ...groupLines(stats.byTag)];
  if (page === 4) return groupLines(stats.byTicker);
  if (page === 5) return [...groupLines(stats.byWeekday), '', ...groupLines(stats.byHour)];
  return overviewLines(stats);
}

function overviewLines(stats: JournalStats): string[] {
  const { realised, exits, trades, won, lost, profitFactor, expectancy, fees, drawdown, streaks } = stats;
  const even = trades - won - lost;
  const lines = [`**${signedUsd(realised)}** realised in ${counted(exits, 'exit')}`];
  if (trades === 0) return [...lines, 'No trade is closed yet.'];
  return [
    ...lines,
    `${counted(trades, 'trade')} closed: ${won} won, ${lost} lost${even > 0 ? `, ${even} even` : ''}`,
    `Win rate: ${describeRate(rateOf(won, trades), trades)}`,
    `Profit factor ${profitFactor === null ? 'unknown without a loss' : profitFactor.toFixed(2)} · a trade brings ${expectancy === null ? 'nothing' : signedUsd(expectancy)} on average`,
    averageRLine(stats),
    `Longest winning streak ${streaks.gains}, losing ${streaks.losses}; now ${nowWords(streaks.current)}`,
    `Max drawdown ${dollars(drawdown)} USD · fees of closed trades ${dollars(fees)} USD`,
  ];
}

function averageRLine({ averageR, withR, trades }: JournalStats): string {
  if (averageR === null) return 'Average R unknown: no closed trade began with a stop';
  const without = trades - withR;
  const rest = without === 0 ? '' : `; ${without} began without a stop`;
  return `Average ${multipleOfR(averageR)} over ${counted(withR, 'trade')}${rest}`;
}

function nowWords(current: number): string {
  if (current === 0) return 'neither';
  return current > 0 ? counted(current, 'gain') : `${-current} ${current === -1 ? 'loss' : 'losses'}`;
}

function dayLines({ days }: JournalStats): string[] {
  const ordered = days.toSorted((a, b) => b.pnl.comparedTo(a.pnl));
  const [best, worst] = [ordered[0], ordered.at(-1)];
  if (best === undefined || worst === undefined) return [];
  const green = days.filter(({ pnl }) => pnl.greaterThan(0)).length;
  return [
    `${counted(days.length, 'day')} with an exit, ${green} of them with a gain`,
    `Best ${best.day}: **${signedUsd(best.pnl)}** in ${counted(best.exits, 'exit')}`,
    `Worst ${worst.day}: **${signedUsd(worst.pnl)}** in ${counted(worst.exits, 'exit')}`,
  ];
}

function rLines(stats: JournalStats): string[] {
  const { rs } = stats;
  if (rs.length === 0) return [averageRLine(stats)];
  return [averageRLine(stats), `Best ${signedR(Math.max(...rs))}, worst ${signedR(Math.min(...rs))}`];
}

function groupLines(groups: readonly ExitGroup[]): string[] {
  return groups.map(
    ({ name, exits, won, pnl }) =>
      `**${name}** ${signedUsd(pnl)} · ${counted(exits, 'exit')}, ${won} with a gain`,
  );
}
