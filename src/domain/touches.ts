import { candleEnd } from './calendar.ts';
import type { Candle } from './candle.ts';
import type { CardEvent, Levels } from './card.ts';
import { exactRatio, toMicro } from './labels/micro-dollars.ts';
import type { Side } from './signal.ts';
import type { SignalTimeframe } from './timeframe.ts';

const TARGETS = ['tp1', 'tp2', 'tp3'] as const;

/** What is looked at for touches. */
export interface CardPath {
  /** As frozen in the card's alert. */
  readonly levels: Levels;
  readonly side: Side;
  readonly timeframe: SignalTimeframe;
  /** Closed candles from the one after the signal on, oldest first. */
  readonly candles: readonly Candle[];
  /** End of the last candle that counts, epoch ms. */
  readonly horizonAt: number;
}

/** The levels as whole micro-dollars, signed so that "as far as" reads `>=` for both sides. */
interface SignedLevels extends Readonly<Record<'tp1' | 'tp2' | 'tp3' | 'stop' | 'entry', number>> {
  readonly favour: 1 | -1;
}

/**
 * What happened to a card, oldest first: each target at most once, and an end, which is the stop, TP3 or
 * the last candle of the horizon. A touch is told with the end of its candle. When a candle touches the
 * stop and a target, the stop is believed, as labels do; a candle that opened beyond a level counts at
 * its open, where an order would have been filled. The same candles always give the same events.
 */
export function findEvents({ candles, horizonAt, timeframe, ...path }: CardPath): CardEvent[] {
  const levels = signLevels(path);
  const events: CardEvent[] = [];
  for (const candle of candles) {
    const at = candleEnd(candle.ts, timeframe);
    if (at > horizonAt) break;
    if (levels.favour * toMicro(levels.favour === 1 ? candle.low : candle.high) <= levels.stop)
      return [...events, { kind: 'stop', ...touch(levels, levels.stop, candle), at }];
    const reached = levels.favour * toMicro(levels.favour === 1 ? candle.high : candle.low);
    for (const kind of TARGETS) {
      if (reached < levels[kind] || events.some((before) => before.kind === kind)) continue;
      events.push({ kind, ...touch(levels, levels[kind], candle), at });
    }
    if (reached >= levels.tp3) return events;
    if (at === horizonAt) events.push({ kind: 'horizon', ...valueAt(levels, candle.close), at });
  }
  return events;
}

/** The end of a card's horizon when its very last candle never came: the newest close before it counts. */
export function endWithout(path: CardPath): CardEvent | null {
  const last = path.candles.findLast(({ ts }) => candleEnd(ts, path.timeframe) <= path.horizonAt);
  if (last === undefined) return null;
  return { kind: 'horizon', ...valueAt(signLevels(path), last.close), at: path.horizonAt };
}

/** Profit at a price, in units of the risk. */
export function rAt(price: number, path: Pick<CardPath, 'levels' | 'side'>): number {
  return valueAt(signLevels(path), price).r;
}

function signLevels({ levels, side }: Pick<CardPath, 'levels' | 'side'>): SignedLevels {
  const favour = side === 'long' ? 1 : -1;
  const sign = (price: number) => favour * toMicro(price);
  return {
    favour,
    entry: sign(levels.entry),
    stop: sign(levels.stop),
    tp1: sign(levels.tp1),
    tp2: sign(levels.tp2),
    tp3: sign(levels.tp3),
  };
}

/** At the level; at the open when the candle opened beyond it, on whichever side the level lies. */
function touch(levels: SignedLevels, level: number, { open }: Candle): Pick<CardEvent, 'price' | 'r'> {
  const opened = levels.favour * toMicro(open);
  const isBeyond = level > levels.entry ? opened > level : opened < level;
  return valueAt(levels, isBeyond ? open : (levels.favour * level) / 1e6);
}

function valueAt({ favour, entry, stop }: SignedLevels, price: number): Pick<CardEvent, 'price' | 'r'> {
  const risk = entry - stop;
  return { price, r: risk > 0 ? exactRatio(favour * toMicro(price) - entry, risk) : 0 };
}
