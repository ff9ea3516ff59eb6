import type { Candle } from '../../domain/candle.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../../domain/timeframe.ts';
import { CHART_WARMUP_CANDLES } from '../cards/draw-chart.ts';
import type { Services } from '../services.ts';
import type { ShownPosition } from './position-show.ts';

/** Most candles on a chart; a longer trade is shown on larger ones. */
const MOST = 90;
/** Candles before and after a trade, so that what led to it and what followed is seen. */
const AROUND = 20;
const CANDIDATES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const satisfies readonly Timeframe[];

/**
 * Draws a position's fills on the finest stored candles on which all of it has room. Null when nothing
 * is stored or it cannot be drawn: the numbers come without it.
 */
export async function drawPositionChart(
  services: Pick<Services, 'stores' | 'charts' | 'log'>,
  shown: ShownPosition,
): Promise<Uint8Array | null> {
  const { ticker, position } = shown;
  try {
    for (const timeframe of CANDIDATES) {
      const candles = await readAround(services, shown, timeframe);
      const before = candles.filter(({ ts }) => ts < position.openedAt).length;
      const wanted = Math.max(2 * AROUND, candles.length - before + AROUND);
      if (before === 0 || wanted > MOST) continue;
      return await services.charts.draw({
        ticker,
        timeframe,
        candles,
        shown: wanted,
        levels: null,
        side: null,
        firedAt: null,
        trade: tradeOf(shown),
        fills: fillsOn(candles, shown),
      });
    }
    return null;
  } catch (error) {
    services.log.error({ error, ticker, positionId: position.id }, 'position chart failed');
    return null;
  }
}

function readAround(
  { stores }: Pick<Services, 'stores'>,
  { ticker, position: { closedAt } }: ShownPosition,
  timeframe: Timeframe,
): Promise<Candle[]> {
  const after = AROUND * TIMEFRAME_MINUTES[timeframe] * 60_000;
  return stores.candles.read(
    { ticker, timeframe },
    { ...(closedAt !== null && { to: closedAt + after }), last: MOST + CHART_WARMUP_CANDLES },
  );
}

/** Of an open trade the stop where it is now, of a closed one the first, which R is measured from. */
function tradeOf({ position, stop: now }: ShownPosition) {
  const stop = position.closedAt === null ? now : position.initialStop;
  return { entry: position.averageEntry.toNumber(), stop: stop?.toNumber() ?? null };
}

/** A fill in the candle that is still open is marked on the last closed one. */
function fillsOn(candles: readonly Candle[], { fills }: ShownPosition) {
  const last = candles.at(-1)?.ts ?? 0;
  return fills.map(({ at, price, side }) => ({
    at: Math.min(at, last),
    price: price.toNumber(),
    action: side === 'buy' || side === 'cover' ? ('buy' as const) : ('sell' as const),
  }));
}
