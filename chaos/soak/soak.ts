import { nextCandleClose, sessionsBetween } from '../../src/domain/calendar.ts';
import { type Random, randomFrom } from '../../src/sandbox/yahoo/random.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { until } from '../gate.ts';
import { openScene, type Scene } from '../scene.ts';
import { setStage } from '../stage.ts';
import { inventCompanies } from './companies.ts';
import type { Sample } from './growth.ts';
import { KILL, MISHAPS, type Mishap } from './mishaps.ts';
import { type Line, reconcile } from './reconcile.ts';

export interface SoakOptions {
  readonly days: number;
  readonly tickers: number;
  readonly seed: number;
  readonly serverUrl: string;
  readonly onDay: (text: string) => void;
}

export interface SoakResult {
  readonly lines: readonly Line[];
  readonly mishaps: Readonly<Record<string, number>>;
  readonly candles: number;
  /** Of the process that lived to the end, from when nothing killed processes any more. */
  readonly samples: readonly Sample[];
}

const FIRST_DAY = Date.UTC(2026, 5, 8);
const DAY_MS = 86_400_000;
const ROUND_MS = 15_000;
const MOST_ROUNDS = 12;
/** One candle in so many meets a mishap. */
const ONE_IN = 4;
/** Of the candles, the first part in which processes are killed; the last one then lives through the rest. */
const KILLING = 0.3;
const SAMPLES = 20;
const PEOPLE = ['alice', 'bob'] as const;
const ACTIONS = ['enter', 'ignore', 'watch'] as const;

/** Simulated trading days at full speed, with whatever may go wrong at random, then the books. */
export async function soak({ days, tickers, seed, serverUrl, onDay }: SoakOptions): Promise<SoakResult> {
  const companies = inventCompanies(tickers, seed);
  const names = companies.map(({ ticker }) => ticker).filter((name) => name !== 'SPY' && name !== '^VIX');
  const sessions = sessionsBetween(FIRST_DAY, FIRST_DAY + 3 * days * DAY_MS + 7 * DAY_MS).slice(0, days);
  const [from, to] = [sessions[0]?.open ?? 0, sessions.at(-1)?.close ?? 0];
  const prices = createSimulatedPrices(seed, Number.POSITIVE_INFINITY, companies);
  const stage = await setStage(serverUrl, { prices, start: from, tickers: names });
  const scene = await openScene({ stage, serverUrl, restartServer: null, timeoutMs: 5_000 });
  try {
    const random = randomFrom(seed, 'soak');
    const mishaps: Record<string, number> = {};
    const total = sessions.reduce((sum, { open, close }) => sum + (close - open) / 300_000, 0);
    const samples: Sample[] = [];
    const sampleEvery = Math.ceil(((1 - KILLING) * total) / SAMPLES);
    let played = 0;
    while (nextCandleClose('5m', scene.now()) <= to) {
      const isKilling = played < KILLING * total;
      const mishap =
        played > 0 && random() * ONE_IN < 1
          ? choose(
              random,
              isKilling ? [...MISHAPS, ...Array.from({ length: MISHAPS.length / 2 }, () => KILL)] : MISHAPS,
            )
          : null;
      if (mishap !== null) mishaps[mishap.name] = (mishaps[mishap.name] ?? 0) + 1;
      await playCandle(scene, mishap, random);
      played += 1;
      if (played > KILLING * total && (total - played) % sampleEvery === 0)
        samples.push({ candle: played, size: await scene.desk.measure(scene.now()) });
      const ended = sessions.findIndex(({ close }) => close === closeOf(scene.now()));
      if (ended >= 0) onDay(await describeDay(scene, ended + 1, days));
    }
    await drain(scene);
    const lines = await reconcile(scene, { from, to, tickers: names });
    return { lines, mishaps, candles: played, samples };
  } finally {
    await scene.close();
    await stage.close();
  }
}

/** One close with or without a mishap, a click now and then, and rounds of jobs until nothing is owed. */
async function playCandle(scene: Scene, mishap: Mishap | null, random: Random): Promise<void> {
  scene.toNextClose();
  const mend = mishap?.begin(scene, random);
  await scene.play();
  if (random() < 0.3) await clickOn(scene, random);
  mend?.();
  if (mishap !== null) await drain(scene);
}

/** Somebody decides about the newest card, and clicks again until answered. */
async function clickOn(scene: Scene, random: Random): Promise<void> {
  const [who, wanted] = [choose(random, PEOPLE), choose(random, ACTIONS)];
  const card = scene.newestCardOrNull();
  if (card === null || scene.hasDecided(who, card)) return;
  const isOpen = JSON.stringify(card.components).includes('"Enter"'); // an expired card only takes late fills
  const action = wanted === 'enter' && !isOpen ? 'watch' : wanted;
  await until(async () => {
    await scene.revive();
    if (scene.discord.connectedBots() === 0) return false;
    return scene.decide(who, card, action).catch(() => false);
  });
}

const OWED = `SELECT FROM cards WHERE state IN ('new', 'pending', 'sending')
  UNION ALL SELECT FROM outbox WHERE state IN ('pending', 'sending')
  UNION ALL SELECT FROM watch_requests WHERE last_scanned_ts < $1`;

async function drain(scene: Scene): Promise<void> {
  const newest = new Date(scene.now() - 5 * 60_000);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await scene.revive();
    await until(() => scene.discord.connectedBots() > 0);
    const owed = await scene.rows(OWED, [newest]);
    if (owed.length === 0) return;
    await scene.setNow(scene.now() + ROUND_MS);
    await scene.play();
  }
}

/** The candle close at or before a moment: rounds of jobs lie between two. */
function closeOf(now: number): number {
  return now - (now % 300_000);
}

async function describeDay(scene: Scene, day: number, days: number): Promise<string> {
  const { heapMb, rssMb } = await scene.desk.measure(scene.now());
  const [counts] = await scene.rows<{ signals: number; cards: number }>(
    'SELECT (SELECT count(*)::int FROM signals) AS signals, (SELECT count(*)::int FROM cards) AS cards',
  );
  return `day ${day} of ${days}: ${counts?.signals} signals, ${counts?.cards} cards, heap ${heapMb.toFixed(0)} MB, resident ${rssMb.toFixed(0)} MB`;
}

function choose<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}
