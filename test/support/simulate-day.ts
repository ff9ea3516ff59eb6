import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { newYorkClock, newYorkDate } from '../../src/domain/calendar.ts';
import { actionableFrom } from '../../src/domain/card-life.ts';
import { placeCards, type ShownCard, type UnplacedCard } from '../../src/domain/place-cards.ts';
import { pickHeadline, planCards } from '../../src/domain/plan-cards.ts';
import { createSeriesScanner } from '../../src/domain/series-scanner.ts';
import type { NewSignal } from '../../src/domain/signal.ts';
import type { WatchParams } from '../../src/domain/watch.ts';
import { aContext, higherOf } from './features.ts';
import { readCandles } from './recorded.ts';

/** How many cards of recorded candles met which fate. */
export interface Tally {
  readonly days: number;
  /** One for each candle, ticker and side on which something fired. */
  readonly made: number;
  readonly posted: number;
  readonly listed: number;
  /** List messages. */
  readonly lists: number;
  readonly held: number;
  readonly suppressed: Readonly<Record<string, number>>;
  /** Messages of the busiest day, and of the busiest minute. */
  readonly busiestDay: number;
  readonly busiestMinute: number;
  /** Posted before 10:00 New York. */
  readonly early: number;
}

/** A card of the recorded candles, before it is placed. */
export interface RecordedCard extends UnplacedCard {
  readonly side: 'long' | 'short';
  readonly atScan: string | null;
}

/** The cards that nine tickers at 5m make out of their recorded candles, oldest first. */
export function recordedCards(folder: string, params: WatchParams): RecordedCard[] {
  const files = readdirSync(folder).filter((name) => name.includes('_5m_'));
  const cards = files.flatMap((file) => cardsOf(join(folder, file), file.split('_')[0] ?? '', params));
  return cards
    .toSorted((a, b) => a.firedAt - b.firedAt || a.ticker.localeCompare(b.ticker))
    .map((card, index) => ({ ...card, cardId: index + 1 }));
}

function cardsOf(file: string, ticker: string, params: WatchParams): RecordedCard[] {
  const candles = readCandles(file, '5m');
  const context = aContext({ ticker, higher: higherOf(candles, '5m') });
  const scanner = createSeriesScanner({ timeframe: '5m', context });
  const signals = candles.flatMap((candle): NewSignal[] => {
    const { moment, found } = scanner.see(candle);
    return scanner.freeze(moment, found);
  });
  return [...Map.groupBy(signals, ({ firedAt }) => firedAt)].flatMap(([firedAt, group]) =>
    planCards(group, { params, levelRule: 'atr', now: firedAt }).map((card) => {
      const mine = group.filter(({ side }) => side === card.side);
      return {
        cardId: 0,
        ticker,
        timeframe: '5m' as const,
        channelId: '1',
        firedAt,
        side: card.side,
        score: pickHeadline(mine)?.score ?? 0,
        detectorIds: mine.map(({ detectorId }) => detectorId),
        cooldownMinutes: params.cooldownMinutes,
        atScan: card.suppressedReason,
      };
    }),
  );
}

/** Lets cards pass by as the desk does: at each close what fired, at each open what was held. */
export function simulate(cards: readonly RecordedCard[]): Tally {
  const suppressed: Record<string, number> = {};
  const perDay = new Map<string, number>();
  const perMinute = new Map<number, number>();
  let shown: ShownCard[] = [];
  let [posted, listed, lists, held, early] = [0, 0, 0, 0, 0];
  const count = (reason: string) => {
    suppressed[reason] = (suppressed[reason] ?? 0) + 1;
  };
  const place = (group: readonly RecordedCard[], now: number): void => {
    shown = shown.filter(({ firedAt }) => now - firedAt < 5 * 86_400_000);
    const byId = new Map(group.map((card) => [card.cardId, card]));
    let inList = 0;
    let messages = 0;
    for (const placed of placeCards(group, { now, shown, mutes: [] })) {
      const card = byId.get(placed.cardId);
      if (card === undefined) throw new Error('a card was placed that was not there');
      if (placed.state === 'suppressed') {
        count(placed.reason);
        continue;
      }
      const isHeld = placed.state === 'held';
      shown.push({
        ticker: card.ticker,
        channelId: '1',
        firedAt: card.firedAt,
        placedAt: isHeld ? null : now,
      });
      if (placed.state === 'pending') {
        posted += 1;
        messages += 1;
        if (newYorkClock(now) < '10:00') early += 1;
      } else if (isHeld) held += 1;
      else {
        listed += 1;
        inList += 1;
      }
    }
    if (inList > 0) {
      lists += 1;
      messages += 1;
    }
    perDay.set(newYorkDate(now), (perDay.get(newYorkDate(now)) ?? 0) + messages);
    perMinute.set(now, (perMinute.get(now) ?? 0) + messages);
  };

  for (const card of cards) if (card.atScan !== null) count(card.atScan);
  const open = cards.filter(({ atScan }) => atScan === null);
  for (const [firedAt, group] of Map.groupBy(open, (card) => card.firedAt)) {
    place(group, firedAt);
    const back = actionableFrom(firedAt);
    if (back === firedAt) continue;
    const waiting = group.filter((card) =>
      shown.some((each) => each.firedAt === firedAt && each.ticker === card.ticker),
    );
    shown = shown.filter((each) => each.firedAt !== firedAt);
    const before = held;
    place(
      waiting.filter((card) => bestOf(waiting, card)),
      back,
    );
    held = before;
  }
  const days = new Set(cards.map(({ firedAt }) => newYorkDate(firedAt))).size;
  const busiestDay = Math.max(...perDay.values());
  const busiestMinute = Math.max(...perMinute.values());
  return {
    days,
    made: cards.length,
    posted,
    listed,
    lists,
    held,
    suppressed,
    busiestDay,
    busiestMinute,
    early,
  };
}

function bestOf(cards: readonly RecordedCard[], card: RecordedCard): boolean {
  const rivals = cards.filter(({ ticker }) => ticker === card.ticker);
  return rivals.every(
    ({ score, cardId }) => score < card.score || (score === card.score && cardId >= card.cardId),
  );
}
