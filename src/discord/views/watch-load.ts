import type { Watch } from '../../app/ports.ts';
import type { ScanLoad } from '../../domain/scan-load.ts';
import { duration } from './words.ts';

/** How late cards are to be expected, a warning where the source cannot keep up, and who else follows. */
export function loadLines(
  { requests, delayMs, isTooMuch }: ScanLoad,
  { watch, followers }: { readonly watch: Watch; readonly followers: number },
): string[] {
  const others = followers - 1;
  return [
    `Cards come about ${duration(delayMs)} after each ${watch.timeframe} close.`,
    ...(others > 0
      ? [
          `${others === 1 ? 'One other person follows' : `${others} others follow`} this watch; its settings are shared.`,
        ]
      : []),
    ...(isTooMuch
      ? [
          `⚠️ Yahoo’s pace cannot serve this: at the busiest close it is asked ${requests} times, which takes longer than a scan waits. Some candles are scanned one close later. Watch fewer tickers, or longer candles.`,
        ]
      : []),
  ];
}
