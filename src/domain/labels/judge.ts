import type { Barriers, Trade } from './barriers.ts';
import { exactRatio } from './micro-dollars.ts';
import type { OutcomeKey, ResolvedOutcome, TradeResult } from './outcome.ts';
import type { LabelVersion } from './versions.ts';

/** The candle that is the first to touch a level. */
export interface Touch {
  /** Its open and close times, epoch ms. */
  readonly ts: number;
  readonly end: number;
  /** Micro-dollars. */
  readonly open: number;
}

/** The first touches of the two levels that end a trade; null when not touched. */
export interface Touches {
  readonly tp1: Touch | null;
  readonly stop: Touch | null;
}

/** What a window says about one trade. Prices in micro-dollars; times epoch ms. */
export interface WindowFacts extends Touches {
  readonly highest: number;
  readonly lowest: number;
  readonly lastClose: number;
  /** End of the horizon. */
  readonly end: number;
  readonly hitTp2: boolean;
  readonly hitTp3: boolean;
}

/** Which barrier ended the trade. */
interface Verdict {
  readonly first: ResolvedOutcome['firstBarrier'];
  /** Both levels were touched in one candle, and nothing in it says which first. */
  readonly ambiguous: boolean;
}

/** Turns what a window says into an outcome: ratios, times, ties. The same for both sides. */
export function judgeWindow(
  key: OutcomeKey,
  { version, trade }: { readonly version: LabelVersion; readonly trade: Trade },
  facts: WindowFacts,
): ResolvedOutcome {
  const { entry, barriers } = trade;
  const verdict = version.entry === 'signal_close' ? judgeByTime(facts) : judgeByTimeAndOpen(facts, barriers);
  const after = (touch: Touch | null) => (touch === null ? null : touch.end - key.target.firedAt);
  return {
    ...key,
    state: 'resolved',
    retClose: exactRatio(facts.lastClose - entry, entry),
    maxRunUp: exactRatio(facts.highest - entry, entry),
    maxDrawdown: exactRatio(facts.lowest - entry, entry),
    hitTp1: facts.tp1 !== null,
    hitTp2: facts.hitTp2,
    hitTp3: facts.hitTp3,
    hitStop: facts.stop !== null,
    tToTp1Ms: after(facts.tp1),
    tToStopMs: after(facts.stop),
    firstBarrier: verdict.first,
    ambiguous: verdict.ambiguous,
    horizonEndTs: facts.end,
    trade: version.entry === 'signal_close' ? null : endTrade(trade, facts, verdict),
  };
}

/** Within one candle nobody knows which came first, so a tie is told as the loss it may have been. */
function judgeByTime({ tp1, stop }: Touches): Verdict {
  if (stop === null) return { first: tp1 === null ? 'none' : 'tp1', ambiguous: false };
  if (tp1 === null || stop.ts < tp1.ts) return { first: 'stop', ambiguous: false };
  return tp1.ts < stop.ts ? { first: 'tp1', ambiguous: false } : { first: 'stop', ambiguous: true };
}

/** An open beyond a level comes before all else in its candle. It cannot be beyond both. */
export function judgeByTimeAndOpen(touches: Touches, barriers: Barriers): Verdict {
  const verdict = judgeByTime(touches);
  if (!verdict.ambiguous) return verdict;
  if (isGap(touches.stop, -barriers.favour, barriers.stop)) return { first: 'stop', ambiguous: false };
  if (isGap(touches.tp1, barriers.favour, barriers.tp1)) return { first: 'tp1', ambiguous: false };
  return verdict;
}

/** What the trade gave: filled at the level, or at the open where that lies beyond it, targets included. */
export function endTrade(
  { entry, barriers }: Trade,
  { tp1, stop, lastClose }: Touches & Pick<WindowFacts, 'lastClose'>,
  { first, ambiguous }: Verdict,
): TradeResult {
  const { favour } = barriers;
  const gain = (price: number) => exactRatio(favour * (price - entry), entry);
  const atTp1 = () => gain(fillAt(tp1, favour, barriers.tp1));
  const atStop = () => gain(fillAt(stop, -favour, barriers.stop));
  const worst = { tp1: atTp1, stop: atStop, none: () => gain(lastClose) }[first]();
  const gapFill =
    (first === 'tp1' && isGap(tp1, favour, barriers.tp1)) ||
    (first === 'stop' && isGap(stop, -favour, barriers.stop));
  return {
    entry: entry / 1e6,
    gapFill,
    retWorst: worst,
    retBest: ambiguous ? atTp1() : worst,
    settledBy: null,
  };
}

function isGap(touch: Touch | null, direction: number, level: number): boolean {
  return touch !== null && direction * touch.open >= level;
}

/** Micro-dollars. */
function fillAt(touch: Touch | null, direction: number, level: number): number {
  return direction * Math.max(level, touch === null ? level : direction * touch.open);
}
