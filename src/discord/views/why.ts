import type { FeatureVector } from '../../domain/features/feature.ts';
import type { Side, Signal } from '../../domain/signal.ts';
import { HIGHER_TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { percent, signedPercent } from './signed.ts';
import { listed } from './words.ts';

/** One thing worth saying about a candle. */
interface Fact {
  readonly words: string;
  /** Which side it speaks against; `both` for what makes any trade dearer, null for what takes no side. */
  readonly against: Side | 'both' | null;
}

/** What a feature has to say; null when it is not known or says nothing. */
type Reason = (features: FeatureVector, timeframe: Timeframe) => Fact | null;

/** What fits on one line of a phone. */
const LINE_MAX = 40;
const FACTS_A_LINE = 2;

/** In the order a trader asks: how strong, how stretched, which way, at what cost. */
const CANDLE: readonly Reason[] = [
  (f) => say(f.rel_vol_20, (times) => neutral(`volume ${times.toFixed(1)} × usual`)),
  (f) => say(f.rsi14, rsi),
  (f) => say(f.macd_hist, (histogram) => leaning(histogram, `MACD ${upOrDown(histogram)}`)),
  (f) => say(f.vwap_dist, vwap),
  (f) => say(f.bb_pct, bands),
  trend,
  (f, timeframe) => say(f.multi_tf_confirmation, (sum) => higherTimeframes(sum, timeframe)),
  (f) => say(f.spy_15m_ret, spy),
  (f) => say(f.spread_bps, (bps) => (bps < 5 ? null : costly(`spread ${bps.toFixed(0)} bp`))),
];
/** What all tickers share has a line of its own. */
const MARKET: readonly Reason[] = [
  (f) => say(f.market_regime, (regime) => leaning(regime, MARKETS[regime + 1] ?? 'market undecided')),
  (f) => say(f.vix_level, (level) => neutral(`VIX ${level.toFixed(1)}`)),
];
const MARKETS = ['market falling', 'market undecided', 'market rising'];

/** Short lines of at most two facts. */
export interface Why {
  readonly reasons: readonly string[];
  /** What speaks against the signal's side. */
  readonly against: readonly string[];
}

/** Why a signal deserves a look, and why perhaps not. What is not known, or says nothing, is left out. */
export function whyLines({
  features,
  timeframe,
  side,
}: Pick<Signal, 'features' | 'timeframe' | 'side'>): Why {
  const tell = (reasons: readonly Reason[]) =>
    reasons.map((reason) => reason(features, timeframe)).filter((fact) => fact !== null);
  const opposes = ({ against }: Fact) => against === side || against === 'both';
  const [candle, market] = [tell(CANDLE), tell(MARKET)];
  const others = (facts: readonly Fact[]) => packed(facts.filter((fact) => !opposes(fact)));
  return {
    reasons: [...others(candle), ...others(market)],
    against: packed([...candle, ...market].filter(opposes)),
  };
}

/** Two facts a line, or one where two would be broken on a phone. */
function packed(facts: readonly Fact[]): string[] {
  const lines: string[][] = [];
  for (const { words } of facts) {
    const line = lines.at(-1);
    const length = [...(line ?? []), words].join(' · ').length;
    if (line !== undefined && line.length < FACTS_A_LINE && length <= LINE_MAX) line.push(words);
    else lines.push([words]);
  }
  return lines.map((line) => line.join(' · '));
}

function say(value: number | null, tell: (value: number) => Fact | null): Fact | null {
  return value === null ? null : tell(value);
}

function neutral(words: string): Fact {
  return { words, against: null };
}

function costly(words: string): Fact {
  return { words, against: 'both' };
}

/** What points up speaks against a short, what points down against a long. */
function leaning(direction: number, words: string): Fact {
  return { words, against: direction > 0 ? 'short' : direction < 0 ? 'long' : null };
}

function upOrDown(value: number): string {
  return value === 0 ? 'flat' : value > 0 ? 'up' : 'down';
}

/** Near the middle it says nothing; what is overbought may fall. */
function rsi(value: number): Fact | null {
  const shown = `RSI ${value.toFixed(0)}`;
  if (value >= 70) return leaning(-1, `${shown}, overbought`);
  if (value <= 30) return leaning(1, `${shown}, oversold`);
  return value >= 45 && value <= 55 ? null : neutral(shown);
}

function vwap(distance: number): Fact {
  const size = percent(Math.abs(distance), 1);
  if (size === percent(0, 1)) return neutral('at VWAP');
  return leaning(distance, `${size} ${distance > 0 ? 'above' : 'below'} VWAP`);
}

function bands(position: number): Fact | null {
  if (position > 1) return neutral('above the upper Bollinger band');
  return position < 0 ? neutral('below the lower Bollinger band') : null;
}

/** `uptrend (above SMA 20, 50, 200)`; an average the close sits on says nothing. */
function trend(f: FeatureVector): Fact | null {
  const distances = { '20': f.trend_sma20_pct, '50': f.trend_sma50_pct, '200': f.trend_sma200_pct };
  const lengths = (side: 1 | -1) =>
    Object.entries(distances).flatMap(([length, distance]) =>
      Math.sign(distance ?? 0) === side ? [length] : [],
    );
  const [above, below] = [lengths(1).join(', '), lengths(-1).join(', ')];
  if (above === '' && below === '') return null;
  if (below === '') return leaning(1, `uptrend (above SMA ${above})`);
  if (above === '') return leaning(-1, `downtrend (below SMA ${below})`);
  return neutral(`above SMA ${above}, below ${below}`);
}

function higherTimeframes(sum: number, timeframe: Timeframe): Fact {
  const larger = HIGHER_TIMEFRAMES[timeframe];
  if (Math.abs(sum) === larger.length) return leaning(sum, `${listed(larger)} trend ${upOrDown(sum)}`);
  return neutral(`${listed(larger)} ${larger.length > 1 ? 'do not agree' : 'has no trend'}`);
}

/** What rounds to nothing says nothing. */
function spy(fraction: number): Fact | null {
  const change = signedPercent(fraction);
  return change === signedPercent(0) ? null : leaning(fraction, `SPY ${change} in 15 min`);
}
