import type { CardDetails } from '../../domain/card.ts';
import type { Services } from '../services.ts';
import { CHART_WARMUP_CANDLES, DEFAULT_CHART_CANDLES } from './draw-chart.ts';

/**
 * The picture of a card: candles up to the one that fired, with its levels. Null when it cannot be
 * drawn: a card without its picture is better than no card.
 */
export async function drawCardChart(
  services: Pick<Services, 'stores' | 'charts' | 'log'>,
  details: CardDetails,
): Promise<Uint8Array | null> {
  const { ticker, timeframe, firedAt, side, id } = details.card;
  try {
    const candles = await services.stores.candles.read(
      { ticker, timeframe },
      { to: firedAt - 1, last: DEFAULT_CHART_CANDLES + CHART_WARMUP_CANDLES },
    );
    if (candles.length === 0) return null;
    return await services.charts.draw({
      ticker,
      timeframe,
      candles,
      shown: DEFAULT_CHART_CANDLES,
      levels: details.levels,
      side,
      firedAt,
    });
  } catch (error) {
    services.log.error({ error, cardId: id }, 'card chart failed');
    return null;
  }
}
