import type { DigestFigures, EveningDigest, MorningDigest, PriceGap } from '../../domain/digest.ts';
import { newYorkClock } from '../../domain/new-york-time.ts';
import { NBSP, signedPercent } from './signed.ts';
import { clipLines, listed, price, sideWord } from './words.ts';

const CONTENT_MAX = 2000;
/** Lines of one kind that a phone shows without scrolling past the rest. */
const MOST_NAMES = 6;

/** Before the open: what kind of day it is, and what waits for it. */
export function morningView(digest: MorningDigest): string {
  const { date, closesAt, isHalfDay } = digest;
  const hours = `09:30 to ${newYorkClock(closesAt)} ET`;
  return clipLines(
    [
      `🌅 **${dayWords(date)}** · ${isHalfDay ? `⚠️ HALF DAY, ${hours}` : hours}`,
      watchLine(digest),
      positionLine(digest),
      gapLine(digest),
      ...heldLines(digest),
    ],
    CONTENT_MAX,
  );
}

/** After the close: what became of the day, and on the last day of the week of the week. */
export function eveningView({ date, isHalfDay, day, week }: EveningDigest): string {
  return clipLines(
    [
      `🌆 **${dayWords(date)}** · the ${isHalfDay ? 'half day' : 'day'}`,
      ...figureLines(day),
      ...(week === null ? [] : [`**The week since ${dayWords(week.from)}**`, ...figureLines(week)]),
    ],
    CONTENT_MAX,
  );
}

function watchLine({ watches, behind }: MorningDigest): string {
  const all = `${watches} ${watches === 1 ? 'watch' : 'watches'}`;
  if (behind.length === 0) return `👀 ${all}, all scanned to the last close`;
  const names = some(behind.map(({ ticker, timeframe }) => `${ticker} ${timeframe}`));
  return `👀 ⚠️ ${behind.length} of ${all} ended without their last candle: ${names}`;
}

function positionLine({ positions }: MorningDigest): string {
  if (positions.length === 0) return '💼 No open position';
  const byTrader = Map.groupBy(positions, ({ traderId }) => traderId);
  const each = [...byTrader].map(
    ([trader, own]) => `<@${trader}> ${some(own.map(({ ticker, side }) => `${ticker} ${side}`))}`,
  );
  return `💼 Open: ${each.join(' · ')}`;
}

/** A late one has the day's prices, and what changed by day is no gap. */
function gapLine({ hasOpened, gaps, unquoted }: MorningDigest): string {
  const without = unquoted === 0 ? '' : ` (no price of ${unquoted}${hasOpened ? '' : ' before the open'})`;
  const each = gaps.map(gapWords).join(', ');
  if (hasOpened)
    return `📊 ${each === '' ? `Nothing moved 0.5${NBSP}% or more since the last close` : `Since the last close: ${each}`}${without}`;
  return `📊 ${each === '' ? `No overnight gap of 0.5${NBSP}% or more` : `Overnight: ${each}`}${without}`;
}

function gapWords({ ticker, close, now }: PriceGap): string {
  return `${ticker} ${signedPercent(now / close - 1)} at ${price(now)}`;
}

function heldLines({ held, hasOpened }: MorningDigest): string[] {
  if (held.length === 0) return [];
  const lines = held.map(
    ({ ticker, timeframe, side, price: usd }) =>
      `- ${sideWord(side)} ${ticker} ${timeframe} from the last close, ${price(usd)}`,
  );
  const cards = held.length === 1 ? 'One card waits' : `${held.length} cards wait`;
  return [`⏸️ ${cards} for ${hasOpened ? 'the first price' : 'the open'}:`, ...lines];
}

function figureLines(figures: DigestFigures): string[] {
  const { signals, sent, decided, undecided, entered } = figures;
  if (signals === 0) return ['🔕 No signal'];
  return [
    `🔔 ${count(signals, 'signal')} on ${count(cardsOf(figures), 'card')}: ${listed([`${sent} posted`, ...otherCards(figures)])}`,
    ...(sent === 0 ? [] : [`✋ Decided: ${decided} of ${sent}, ${entered} entered, ${undecided} left open`]),
    touchedLine(figures),
    missedLine(figures),
    journalLine(figures),
  ];
}

const NOT_SHOWN: Readonly<Record<string, string>> = {
  stale: 'found too late',
  cooldown: 'too soon after another',
  min_score: 'low score',
  side: 'other side',
  detector: 'detector not chosen',
  gap_beyond_stop: 'gapped beyond the stop',
};

function cardsOf({ sent, listed: inLists, held, failed, suppressed }: DigestFigures): number {
  return sent + inLists + held + failed + sum(Object.values(suppressed));
}

function otherCards({ listed: inLists, held, failed, suppressed }: DigestFigures): string[] {
  const reasons = Object.entries(suppressed);
  const total = sum(Object.values(suppressed));
  const why = reasons.map(([reason, n]) => {
    const words = NOT_SHOWN[reason] ?? reason.replaceAll('_', ' ');
    return n === total ? words : `${n} ${words}`;
  });
  return [
    ...(inLists > 0 ? [`${inLists} in lists`] : []),
    ...(held > 0 ? [`${held} waiting`] : []),
    ...(failed > 0 ? [`⚠️ ${failed} not delivered`] : []),
    ...(total > 0 ? [`${total} not shown (${why.join(', ')})`] : []),
  ];
}

function touchedLine({ touched }: DigestFigures): string {
  const names = { tp1: 'TP1', tp2: 'TP2', tp3: 'TP3', stop: 'stop' } as const;
  const each = (['tp1', 'tp2', 'tp3', 'stop'] as const)
    .filter((level) => touched[level] > 0)
    .map((level) => `${names[level]} ${touched[level]}×`);
  return each.length === 0 ? '🎯 No level touched yet' : `🎯 Touched: ${each.join(' · ')}`;
}

/** What the cards that nobody entered came to, each at whichever of TP1 and stop was touched first. */
function missedLine({ missed: { won, lost, r } }: DigestFigures): string {
  if (won + lost === 0) return '↩️ Not entered: none of these met a level yet';
  const each = [...(won > 0 ? [`${won} met TP1 first`] : []), ...(lost > 0 ? [`${lost} the stop`] : [])];
  return `↩️ Not entered: ${each.join(', ')} · ${r < 0 ? `${sized(-r)} spared` : `${sized(r)} missed`}`;
}

function sized(r: number): string {
  return `${r.toFixed(1)} R`;
}

function journalLine({ unfilled, stopless }: DigestFigures): string {
  const gaps = [
    ...(unfilled > 0 ? [`${count(unfilled, 'order')} without a fill (\`/orders\`)`] : []),
    ...(stopless > 0 ? [`${count(stopless, 'entry', 'entries')} without a stop`] : []),
  ];
  return gaps.length === 0 ? '📒 Journal: no gaps' : `📒 Journal: ⚠️ ${listed(gaps)}`;
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `Friday 20 November`. */
function dayWords(date: string): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(date)).replace(',', '');
}
