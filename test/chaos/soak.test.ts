import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnServer, startOwnServer } from '../../chaos/databases.ts';
import { growthOf, isFlat, type Sample } from '../../chaos/soak/growth.ts';
import { type SoakResult, soak } from '../../chaos/soak/soak.ts';

let server: OwnServer;
let result: SoakResult;

beforeAll(async () => {
  server = await startOwnServer();
  result = await soak({ days: 1, tickers: 3, seed: 1, serverUrl: server.url, onDay: () => undefined });
}, 300_000);
afterAll(() => server.close());

it('keeps its books over a day with mishaps', () => {
  expect(result.candles).toBe(78);
  expect(Object.values(result.mishaps).length, 'kinds of mishaps').toBeGreaterThan(5);
  expect(result.lines.length).toBeGreaterThan(10);
  expect(result.lines.filter(({ expected, found }) => expected !== found)).toEqual([]);
});

it('has something in its books', () => {
  const found = Object.fromEntries(result.lines.map((line) => [line.what, line.found]));

  expect(found['cards sent, and messages in the channel']).toBeGreaterThan(5);
  expect(found['cards decided by click, and in the database']).toBeGreaterThan(5);
  expect(found['entered, and orders']).toBeGreaterThan(0);
});

it('holds no more at the end than before', () => {
  expect(result.samples.length).toBeGreaterThan(10);
  expect(growthOf(result.samples)).toSatisfy(isFlat);
});

it('would tell a leak from noise', () => {
  const samples = (heapAt: (candle: number) => number): Sample[] =>
    Array.from({ length: 20 }, (_, candle) => ({
      candle,
      size: { heapMb: heapAt(candle), rssMb: 300, handles: { Timeout: 10 } },
    }));

  expect(growthOf(samples((candle) => 40 + candle))).toMatchObject({ heapMb: expect.closeTo(19), rssMb: 0 });
  expect(growthOf(samples((candle) => 40 + candle))).not.toSatisfy(isFlat);
  expect(growthOf(samples((candle) => 40 + 3 * (candle % 2)))).toSatisfy(isFlat);
});
