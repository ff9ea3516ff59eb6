import type { DrawnChart } from '../../app/cards/draw-chart.ts';
import { agoTime } from './time.ts';
import { detectorName, price, sideWord } from './words.ts';

/** A chart as a message: what it shows and how old that is, in lines that a phone need not wrap, and the picture. */
export function chartView({ png, ticker, timeframe, lastCandle, closedAt, signal }: DrawnChart) {
  const about =
    signal === null
      ? []
      : [
          `${sideWord(signal.side)} at ${price(signal.priceAtSignal)} · ${detectorName(signal.detectorId)}`,
          `-# signal ${agoTime(signal.firedAt)}`,
        ];
  const last = `-# ${signal === null ? '' : 'last candle drawn '}${agoTime(closedAt)}`;
  return {
    content: [`**${ticker} ${timeframe}** ${price(lastCandle.close)}`, ...about, last].join('\n'),
    files: [
      {
        attachment: Buffer.from(png),
        name: 'chart.png',
        description: `Candles of ${ticker} ${timeframe}, the last one closed at ${price(lastCandle.close)}`,
      },
    ],
  };
}
