import type { DrawnChart } from '../../app/draw-chart.ts';
import { agoTime } from './time.ts';
import { price } from './words.ts';

/** A chart as a message: what it shows and how old that is, in lines that a phone need not wrap, and the picture. */
export function chartView({ png, ticker, timeframe, lastCandle, closedAt }: DrawnChart) {
  return {
    content: `**${ticker} ${timeframe}** ${price(lastCandle.close)}\n-# ${agoTime(closedAt)}`,
    files: [
      {
        attachment: Buffer.from(png),
        name: 'chart.png',
        description: `Candles of ${ticker} ${timeframe}, the last one closed at ${price(lastCandle.close)}`,
      },
    ],
  };
}
