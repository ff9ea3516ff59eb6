import { setTimeout as sleep } from 'node:timers/promises';
import type { YahooFault } from '../../src/sandbox/yahoo/faults.ts';
import type { Bend } from '../../test/support/bendable-prices.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import type { Scene } from '../scene.ts';

/** Fires at the candle that the fault strikes. */
const TICKER = 'NVDA';
const ABOUT_IT = { match: new RegExp(`chart/${TICKER}\\?`), times: 1_000 } as const;

/** Rows of a chart answer, changed all alike. */
function rearrange(how: <T>(column: readonly T[]) => T[]): (body: string) => string {
  return (body) => {
    const answer = JSON.parse(body);
    const [result] = answer.chart.result ?? [];
    if (result?.timestamp === undefined) return body;
    result.timestamp = how(result.timestamp);
    const [quote] = result.indicators.quote;
    for (const column of Object.keys(quote)) quote[column] = how(quote[column]);
    return JSON.stringify(answer);
  };
}

const answers: readonly (readonly [string, Partial<YahooFault>, RegExp?])[] = [
  ['429', { status: 429, times: 2, body: 'Too Many Requests' }],
  ['500', { status: 500 }, /Yahoo/],
  ['a web page', { body: '<html>Sorry</html>' }, /Yahoo/],
  ['no answer', { hang: 'headers' }, /Yahoo/],
  ['half an answer, then silence', { hang: 'body' }, /Yahoo/],
  ['half an answer, then the end', { truncateBody: 120 }, /Yahoo/],
  ['the connection cut', { drop: true }, /Yahoo/],
  ['a cookie of somebody else', { setCookie: 'A=1; Domain=example.org' }],
  [
    'prices in another currency',
    { rewrite: (body) => body.replace('"currency":"USD"', '"currency":"GBp"') },
    /USD/,
  ],
  ['rows out of order', { rewrite: rearrange((column) => column.toReversed()) }],
  ['every row twice', { rewrite: rearrange((column) => column.flatMap((each) => [each, each])) }],
];

async function strikeAnswer(scene: Scene, fault: Partial<YahooFault>): Promise<number> {
  const before = scene.yahoo.journal.length;
  scene.yahoo.faults.add({ ...ABOUT_IT, ...fault });
  scene.toNextClose();
  await scene.play();
  scene.yahoo.faults.clear();
  return scene.yahoo.journal.slice(before).filter(({ spoiled }) => spoiled).length;
}

/** Longer than one attempt may take: the desk must not ask before that is over. */
const RETRY_AFTER_S = 2;

const refusedForLong: Fault = {
  name: '429, to come back later than the candle waits',
  says: /Yahoo/,
  async strike(scene) {
    const headers = { 'retry-after': String(RETRY_AFTER_S) };
    const struck = await strikeAnswer(scene, { status: 429, headers, body: 'Too Many Requests' });
    await sleep(RETRY_AFTER_S * 1_000);
    return struck;
  },
};

const ofNewest = (scene: Scene, how: (candle: Parameters<Bend>[0]) => ReturnType<Bend>): Bend => {
  const newest = scene.now() - 5 * 60_000;
  return (candle, ticker, timeframe) =>
    ticker === TICKER && timeframe === '5m' && candle.ts >= newest ? how(candle) : candle;
};

const prices: readonly (readonly [string, (candle: Parameters<Bend>[0]) => ReturnType<Bend>])[] = [
  ['the candle late', () => null],
  [
    'nulls instead of the candle',
    (candle) => ({ ...candle, open: null, high: null, low: null, close: null, volume: null }),
  ],
  ['high below low', (candle) => ({ ...candle, high: (candle.low ?? 0) / 2 })],
  ['a negative volume', (candle) => ({ ...candle, volume: -1 })],
  ['a price of nought', (candle) => ({ ...candle, close: 0, low: 0 })],
];

async function strikePrices(
  scene: Scene,
  how: (candle: Parameters<Bend>[0]) => ReturnType<Bend>,
): Promise<number> {
  scene.toNextClose();
  let struck = 0;
  scene.prices.bend(
    ofNewest(scene, (candle) => {
      struck += 1;
      return how(candle);
    }),
  );
  await scene.play();
  scene.prices.straighten();
  return struck;
}

/** In every answer of the local Yahoo: the running row, the row of the close, the first row without volume. */
const always: Fault = {
  name: 'live row, row at the close, first row without volume',
  async strike(scene) {
    const before = scene.yahoo.journal.length;
    scene.toNextClose();
    await scene.play();
    return scene.yahoo.journal.length - before;
  },
};

/** What Yahoo does, on its own days. */
export const yahoo: FaultFamily = {
  family: 'Yahoo',
  faults: [
    ...answers.map(
      ([name, fault, says]): Fault => ({
        name,
        ...(says && { says }),
        strike: (scene) => strikeAnswer(scene, fault),
      }),
    ),
    ...prices.map(([name, how]): Fault => ({ name, strike: (scene) => strikePrices(scene, how) })),
    refusedForLong,
    always,
  ],
};
