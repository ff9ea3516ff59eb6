import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartWatchInput, startWatch } from '../../../src/app/watches/start-watch.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { at } from '../../support/builders.ts';
import { newYorkTime, type ScanRig, startScanRig } from '../../support/scan-rig.ts';

/** 11:00:13 in New York on a Friday. */
const NOW = at('2026-11-20T16:00:13Z');
let rig: ScanRig;
beforeAll(async () => {
  rig = await startScanRig({ now: NOW });
});
afterAll(() => rig[Symbol.asyncDispose]());

const start = (overrides: Partial<StartWatchInput> = {}) =>
  startWatch(rig.services, {
    ticker: 'nvda',
    timeframe: '5m',
    userId: 'alice',
    channelId: null,
    now: NOW,
    ...overrides,
  });
const stored = async (timeframe: Timeframe) =>
  (await rig.services.stores.candles.read({ ticker: 'NVDA', timeframe })).length;

it.each([
  ['a ticker that Yahoo does not know', { ticker: 'NOPE' }, 'not_found'],
  ['a path', { ticker: '../../etc' }, 'bad_input'],
  ['a timeframe that does not exist', { timeframe: '2m' }, 'bad_input'],
  ['a day, which is context only', { timeframe: '1d' }, 'bad_input'],
  ['a detector that does not exist', { params: { detectors: ['magic_v1'] } }, 'not_found'],
  ['a score above one', { params: { minScore: 1.1 } }, 'bad_input'],
])('refuses %s, and writes nothing', async (_what, overrides, code) => {
  await expect(start(overrides)).rejects.toMatchObject({ code });

  expect(await rig.rows('SELECT FROM watch_requests')).toEqual([]);
  expect(await rig.rows('SELECT FROM symbols')).toEqual([]);
});

describe('watching one ticker at two timeframes', () => {
  it('begins at the newest closed candle, in the channel configured when none is named', async () => {
    const { watch, outcome } = await start();

    expect(outcome).toBe('created');
    expect(watch).toMatchObject({ ticker: 'NVDA', channelId: rig.services.settings.alertChannelId });
    expect(newYorkTime(watch.lastScannedTs ?? 0)).toBe('2026-11-20 10:55');
  });

  it('has brought in the larger timeframes too, so that the first signal has its whole context', async () => {
    expect(await stored('5m')).toBeGreaterThan(3000);
    expect(await stored('15m'), 'enough for SMA50').toBeGreaterThan(1000);
    expect(await stored('1h')).toBeGreaterThan(250);
  });

  it('has the whole history of a larger timeframe though a smaller one was watched first', async () => {
    const built = await stored('1h');

    await start({ timeframe: '4h' });

    expect(await stored('1h')).toBeGreaterThan(10 * built);
    expect(await stored('4h'), 'enough for SMA200').toBeGreaterThan(500);
  });

  it('asks for nothing again when somebody joins', async () => {
    rig.asked('NVDA', '5m');

    const { outcome } = await start({ userId: 'bob' });

    expect(outcome).toBe('joined');
    expect(rig.asked('NVDA', '5m')).toEqual([]);
  });
});
