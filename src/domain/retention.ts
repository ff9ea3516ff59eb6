import { OraError } from './errors.ts';
import { SIGNAL_TIMEFRAMES, type SignalTimeframe } from './timeframe.ts';

/** How many days of candles are kept; a timeframe that is not named keeps all. */
export type Retention = Readonly<Partial<Record<SignalTimeframe, number>>>;

/**
 * Fewer days would take away what a source is asked for again, what indicators are fed from, or what the
 * longest horizon of a signal still needs. Daily candles are few and always kept.
 */
export const LEAST_KEPT_DAYS: Readonly<Record<SignalTimeframe, number>> = {
  '1m': 60,
  '5m': 120,
  '15m': 180,
  '1h': 800,
  '4h': 800,
  '5h': 800,
};

/**
 * Reads `1m=400 5m=1200`; empty keeps everything.
 *
 * @throws OraError `bad_input` for anything else, and for fewer days than the desk needs itself.
 */
export function parseRetention(text: string): Retention {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return Object.fromEntries(parts.map(parsePart));
}

function parsePart(part: string): [SignalTimeframe, number] {
  const [name, days] = part.split('=');
  const timeframe = SIGNAL_TIMEFRAMES.find((known) => known === name);
  if (timeframe === undefined || !/^\d{1,5}$/.test(days ?? '')) {
    throw new OraError(
      'bad_input',
      `must name timeframes and days, such as 1m=400 5m=1200; the timeframes are ${SIGNAL_TIMEFRAMES.join(', ')}`,
    );
  }
  if (Number(days) < LEAST_KEPT_DAYS[timeframe]) {
    throw new OraError('bad_input', `must keep at least ${LEAST_KEPT_DAYS[timeframe]} days of ${timeframe}`);
  }
  return [timeframe, Number(days)];
}
