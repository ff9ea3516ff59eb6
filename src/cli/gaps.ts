import { type CheckGapsInput, checkGaps } from '../app/candles/check-gaps.ts';
import { type Refetched, refetchGaps } from '../app/candles/refetch-gaps.ts';
import type { GapCounts, LedgerGap } from '../app/ports.ts';
import { newYorkClock, newYorkDate } from '../domain/calendar.ts';
import { GAP_REASONS, type GapReason } from '../domain/gaps.ts';
import { parseTicker } from '../domain/ticker.ts';
import { parseTimeframe } from '../domain/timeframe.ts';
import type { OperatorCommand, OperatorServices } from './operator.ts';

/** Lines of single gaps; the counts tell of all. */
const SHOWN = 60;
const WORDS: Readonly<Record<GapReason, string>> = {
  missing: 'missing',
  provider_late: 'late',
  no_trade: 'no trade',
  halted: 'halted',
};

interface Options {
  readonly ticker?: string;
  readonly timeframe?: string;
  readonly refetch?: boolean;
}

/** `oracore gaps [--ticker T] [--timeframe TF] [--refetch]` */
export const gaps: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('gaps')
    .description('hold stored candles against the calendar, and say what is absent and why')
    .option('--ticker <ticker>', 'one ticker; otherwise all')
    .option('--timeframe <timeframe>', 'one timeframe')
    .option('--refetch', 'ask Yahoo once more for what is absent')
    .action(async ({ refetch = false, ...options }: Options) => {
      const only = {
        ...options,
        ...(options.ticker !== undefined && { ticker: parseTicker(options.ticker) }),
        ...(options.timeframe !== undefined && { timeframe: parseTimeframe(options.timeframe) }),
      };
      await withServices(async (services) => {
        const input = { ...only, now: now() };
        const { series } = refetch
          ? await refetchAll(services, input, say)
          : await checkGaps(services, input);
        if (series === 0) return say('No such candles are stored.');
        const { gaps: ledger } = services.stores;
        const lacking = await ledger.open({ ...only, reasons: ['missing', 'provider_late'] });
        for (const gap of lacking.slice(0, SHOWN)) say(sayGap(gap));
        if (lacking.length > SHOWN) say(`… and ${lacking.length - SHOWN} more`);
        say(sayCounts(await ledger.counts(only)));
      });
    });
};

async function refetchAll(
  services: OperatorServices,
  input: CheckGapsInput,
  say: (line: string) => void,
): Promise<Refetched> {
  const done = await refetchGaps(services, { ...input, which: 'all' });
  say(
    `${done.asked} gaps asked for, ${done.resolved} filled or explained, ${done.beyondReach} beyond Yahoo's reach`,
  );
  if (done.rewritten > 0) say(`${sayCandles(done.rewritten)} from before a split brought up to date`);
  for (const failure of done.failures) say(`FAILED ${failure}`);
  if (done.failures.length > 0) process.exitCode = 1;
  return done;
}

/** `NVDA 5m  2026-11-10 10:05 to 10:20  3 candles  missing  asked for 2 times`, New York. */
function sayGap({ ticker, timeframe, from, to, candles, reason, attempts }: LedgerGap): string {
  const asked = attempts === 0 ? [] : [`asked for ${attempts === 1 ? 'once' : `${attempts} times`}`];
  const when = `${newYorkDate(from)} ${newYorkClock(from)} to ${newYorkClock(to)}`;
  return [`${ticker} ${timeframe}`, when, sayCandles(candles), WORDS[reason], ...asked].join('  ');
}

function sayCounts(counts: GapCounts): string {
  const told = GAP_REASONS.filter((reason) => counts[reason].candles > 0).map(
    (reason) => `${WORDS[reason]}: ${sayCandles(counts[reason].candles)} in ${counts[reason].gaps}`,
  );
  return told.length === 0 ? 'Nothing is absent.' : told.join(' · ');
}

function sayCandles(number: number): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? 'candle' : 'candles'}`;
}
