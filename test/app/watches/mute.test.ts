import { afterAll, beforeAll, expect, it } from 'vitest';
import { listMutes, type MuteInput, mute } from '../../../src/app/watches/mute.ts';
import { at } from '../../support/builders.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

/** 11:00 in New York on a Friday. */
const NOW = at('2026-11-20T16:00:00Z');
let rig: ScanRig;
beforeAll(async () => {
  rig = await startScanRig({ now: NOW });
});
afterAll(() => rig[Symbol.asyncDispose]());

const say = (ticker: string, overrides: Partial<MuteInput> = {}) =>
  mute(rig.services, {
    target: { scope: 'ticker', ticker },
    until: '1h',
    userId: 'ann',
    whom: 'everyone',
    channelId: '900',
    now: NOW,
    ...overrides,
  });
const inForce = async (ticker: string, userId = 'ann') =>
  (await listMutes(rig.services, { userId, now: NOW + 2000 })).filter(
    ({ target }) => 'ticker' in target && target.ticker === ticker,
  );
const told = async () =>
  (await rig.rows<{ key: string }>(`SELECT key FROM outbox WHERE key LIKE 'mute:%'`)).length;

it('is told once when two say it', async () => {
  const before = await told();

  const first = await say('AAPL');
  const second = await say('AAPL', { userId: 'bob', now: NOW + 1500 });
  const shorter = await say('AAPL', { until: '15m' });

  expect([second, shorter]).toEqual([first, first]);
  expect(await inForce('AAPL')).toEqual([first]);
  expect((await told()) - before).toBe(1);
});

it('lasts until the later end', async () => {
  await say('AMD', { until: '15m' });
  const longer = await say('AMD', { until: 'close', userId: 'bob' });

  expect(await inForce('AMD')).toEqual([longer]);
  expect(longer.until).toBe(at('2026-11-20T21:00:00Z'));
});

it('for one person is another than for everybody, and a series is another than its ticker', async () => {
  await say('NVDA', { whom: 'me' });
  await say('NVDA', { whom: 'me', userId: 'bob' });
  await say('NVDA');
  await say('NVDA', { target: { scope: 'series', ticker: 'NVDA', timeframe: '5m' } });

  expect(await inForce('NVDA')).toHaveLength(3);
  expect(await inForce('NVDA', 'bob')).toHaveLength(3);
});
