import type { Prices } from '../../src/sandbox/yahoo/prices.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import type { Scene } from '../scene.ts';
import type { World } from '../world.ts';

const MINUTE = 60_000;
const CANDLE = 5 * MINUTE;
const ROUND_MS = 60 * MINUTE;
const TICKERS = ['AAPL', 'AMZN', 'MSFT', 'NVDA', 'QQQ', 'TSLA'];

/** Two sessions as the exchange kept them, all in UTC and by hand. */
interface Days {
  readonly bell: string;
  readonly open: string;
  /** Opens of rows that Yahoo sells though the exchange was shut. */
  readonly never: readonly string[];
  /** A date on which nothing traded, though the calendar knows of no reason. */
  readonly shut?: string;
}

/** The last three closes before the bell, and the first five of the next session. */
function worldOf({ bell, open, shut }: Days): World {
  const [closed, opened] = [Date.parse(bell), Date.parse(open)];
  const prices = createSimulatedPrices(7);
  return {
    prices: shut === undefined ? prices : without(prices, shut),
    start: closed - 3 * CANDLE,
    tickers: TICKERS,
    closes: [
      ...[2, 1, 0].map((candles) => closed - candles * CANDLE),
      ...[1, 2, 3, 4, 5].map((candles) => opened + candles * CANDLE),
    ],
  };
}

function without(prices: Prices, date: string): Prices {
  return {
    ...prices,
    candles: (...wanted) =>
      prices.candles(...wanted).filter(({ ts }) => new Date(ts).toISOString().slice(0, 10) !== date),
  };
}

/** Yahoo's answer with rows where the exchange never traded, as far as they lie in it. */
function addRows(body: string, moments: readonly number[], now: number): string {
  const answer = JSON.parse(body);
  const [result] = answer.chart.result ?? [];
  const first = result?.timestamp?.[0];
  if (first === undefined) return body;
  const [quote] = result.indicators.quote;
  for (const ts of moments.map((moment) => moment / 1000)) {
    if (ts < first || ts * 1000 > now) continue;
    const at = result.timestamp.filter((each: number) => each < ts).length;
    result.timestamp.splice(at, 0, ts);
    for (const column of Object.keys(quote)) quote[column].splice(at, 0, quote[column][at - 1]);
  }
  return JSON.stringify(answer);
}

/** Lives through the time between two sessions with a round of jobs every hour, and a restart in the middle. */
async function liveThrough(scene: Scene, { bell, open, never }: Days): Promise<number> {
  const moments = never.map((moment) => Date.parse(moment));
  const rewrite = (body: string) => addRows(body, moments, scene.now());
  scene.yahoo.faults.add({ match: /interval=5m/, times: Number.POSITIVE_INFINITY, rewrite });
  while (scene.now() < Date.parse(bell)) {
    scene.toNextClose();
    await scene.play();
  }
  let rounds = 0;
  for (let now = Date.parse(bell) + ROUND_MS; now <= Date.parse(open); now += ROUND_MS) {
    await scene.setNow(now);
    await scene.play();
    rounds += 1;
    if (rounds === 2) await scene.desk.kill();
    await scene.revive();
  }
  scene.toNextClose();
  await scene.play();
  scene.yahoo.faults.clear();
  return rounds;
}

const STORED = `SELECT to_char(ts AT TIME ZONE 'UTC', 'MM-DD HH24:MI') AS ts FROM candles
  WHERE timeframe = '5m' AND ts = ANY($1) GROUP BY ts`;
const CURSORS = `SELECT DISTINCT extract(epoch FROM last_scanned_ts)::float8 * 1000 AS ts FROM watch_requests`;
const MINUTES = `SELECT DISTINCT extract(epoch FROM fired_at - $1)::float8 / 60 AS since,
    (features->>'minutes_since_open')::float8 AS feature
  FROM signals WHERE fired_at > $1 AND (features->>'minutes_since_open')::float8
    IS DISTINCT FROM extract(epoch FROM fired_at - $1)::float8 / 60`;

/** Compares what is stored with the hours that were written by hand. */
async function compareHours(scene: Scene, { open, never }: Days): Promise<string[]> {
  const stored = await scene.rows<{ ts: string }>(STORED, [never]);
  const cursors = await scene.rows<{ ts: number }>(CURSORS);
  const wrong = await scene.rows<{ since: number; feature: number }>(MINUTES, [open]);
  const newest = scene.now() - (scene.now() % CANDLE) - CANDLE;
  return [
    ...stored.map(({ ts }) => `a candle of ${ts} was stored: the exchange was shut`),
    ...cursors.filter(({ ts }) => ts !== newest).map(({ ts }) => `scanned to ${new Date(ts).toISOString()}`),
    ...wrong.map(({ since, feature }) => `${feature} minutes since the open are ${since}`),
  ];
}

const fault = (name: string, days: Days, says?: RegExp): Fault => ({
  name,
  ...(says && { says }),
  world: worldOf(days),
  strike: (scene) => liveThrough(scene, days),
  check: (scene) => compareHours(scene, days),
});

/** Days on which the exchange keeps other hours. */
export const calendar: FaultFamily = {
  family: 'calendar',
  faults: [
    fault('the clocks go forward over the weekend', {
      bell: '2026-03-06T21:00:00Z',
      open: '2026-03-09T13:30:00Z',
      never: ['2026-03-06T21:05:00Z', '2026-03-09T13:20:00Z'],
    }),
    fault('the clocks go back over the weekend', {
      bell: '2026-10-30T20:00:00Z',
      open: '2026-11-02T14:30:00Z',
      never: ['2026-10-30T20:30:00Z', '2026-11-02T13:30:00Z', '2026-11-02T13:35:00Z'],
    }),
    fault('a half day, and Yahoo goes on after the bell', {
      bell: '2026-11-27T18:00:00Z',
      open: '2026-11-30T14:30:00Z',
      never: ['2026-11-27T18:05:00Z', '2026-11-27T19:30:00Z', '2026-11-27T20:55:00Z'],
    }),
    fault('a holiday, and Yahoo has rows of it', {
      bell: '2026-11-25T21:00:00Z',
      open: '2026-11-27T14:30:00Z',
      never: ['2026-11-26T14:30:00Z', '2026-11-26T14:35:00Z', '2026-11-26T17:00:00Z'],
    }),
    fault(
      'the market stays shut without notice',
      { bell: '2026-11-23T21:00:00Z', open: '2026-11-25T14:30:00Z', never: [], shut: '2026-11-24' },
      /no candle/,
    ),
  ],
};
