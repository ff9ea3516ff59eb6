import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../src/app/scan/replay.ts';
import { addModel } from '../../../src/app/training/add-model.ts';
import { listModels } from '../../../src/app/training/list-models.ts';
import { promoteModel, retireModel } from '../../../src/app/training/set-model-state.ts';
import { createOnnxRuntime } from '../../../src/ml/onnx-runtime.ts';
import { aSession, at } from '../../support/builders.ts';
import { type TinyModel, tinyModel } from '../../support/onnx.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const DAY = 86_400_000;
/** 12:55:13 in New York: the 5m candle of 12:50 has just closed. */
const NOW = at('2026-11-20T17:55:13Z');
const models = createOnnxRuntime();
/** Above one half whenever the price rose: for longs then, for shorts when it fell. */
const FOLLOWER: TinyModel = { weights: { ret_1: 0, side: 1 }, bias: 0.1 };

let rig: ScanRig;
beforeEach(async () => {
  rig = await startScanRig({ now: NOW });
  rig.prices.bend((candle, _ticker, timeframe) =>
    timeframe !== '1d' && candle.ts < NOW - 16 * DAY ? null : candle,
  );
  await rig.watch('AAPL', aSession('2026-11-20').open);
});
afterEach(() => rig[Symbol.asyncDispose]());

const services = () => ({ ...rig.services, models });
const add = (shape: TinyModel = FOLLOWER, more: Partial<Parameters<typeof addModel>[1]> = {}) =>
  addModel(services(), {
    file: tinyModel(shape),
    name: 'ml_follow',
    threshold: 0.6,
    shadow: false,
    actor: 'test',
    now: NOW,
    ...more,
  });
const signalsBy = (source: string) =>
  rig.rows<{ detector_id: string; detector_version: string; side: string; score: string; cards: string[] }>(
    `SELECT s.detector_id, s.detector_version, s.side, s.score,
       array_agg(c.state || ' ' || coalesce(c.suppressed_reason, '')) AS cards
     FROM signals s LEFT JOIN alerts a ON a.signal_id = s.id LEFT JOIN cards c ON c.id = a.card_id
     WHERE s.source_system = $1 GROUP BY s.id, s.fired_at ORDER BY s.fired_at`,
    [source],
  );

describe('the ML scanner', () => {
  it('runs an active model beside the rules, and its signals say so', async () => {
    await add();

    const { errors } = await rig.newScanner({ models }).scanDue(NOW);

    expect(errors).toEqual([]);
    const seen = await signalsBy('ml_scanner');
    expect(seen.length).toBeGreaterThan(30);
    expect(
      new Set(
        seen.map(({ detector_id, detector_version, side }) => `${detector_id} ${detector_version} ${side}`),
      ),
    ).toEqual(new Set(['ml_follow 1 long']));
    expect(Number(seen[0]?.score)).toBeCloseTo(1 / (1 + Math.exp(-1.1)), 5);
    expect(seen.at(-1)?.cards.join()).not.toContain('suppressed');
    expect((await signalsBy('basic_scanner')).length).toBeGreaterThan(0);
  });

  it('records what a model on trial sees, and shows nobody', async () => {
    await rig.newScanner().scanDue(NOW - 60 * 60_000);
    const before = await rig.rows(`SELECT * FROM cards WHERE channel_id <> 'shadow' ORDER BY id`);
    await add(FOLLOWER, { shadow: true });

    await rig.newScanner({ models }).scanDue(NOW);

    const seen = await signalsBy('ml_scanner');
    expect(seen.length).toBe(12);
    expect(new Set(seen.flatMap(({ cards }) => cards))).toEqual(new Set(['suppressed shadow']));
    const shown = await rig.rows(
      `SELECT s.source_system FROM alerts a JOIN cards c ON c.id = a.card_id JOIN signals s ON s.id = a.signal_id
       WHERE c.channel_id <> 'shadow' AND s.source_system = 'ml_scanner'`,
    );
    expect(shown).toEqual([]);
    expect(before).toEqual(
      await rig.rows(`SELECT * FROM cards WHERE id = ANY($1) ORDER BY id`, [before.map(({ id }) => id)]),
    );
  });

  it('takes up a promotion and a retirement at its next scan', async () => {
    await add(FOLLOWER, { shadow: true });
    const scanner = rig.newScanner({ models });
    await scanner.scanDue(NOW - 10 * 60_000);

    await promoteModel(rig.services, { name: 'ml_follow', actor: 'test', now: NOW });
    await scanner.scanDue(NOW - 5 * 60_000);
    await retireModel(rig.services, { name: 'ml_follow', actor: 'test', now: NOW });
    await scanner.scanDue(NOW);

    const states = (await signalsBy('ml_scanner')).map(({ cards }) => cards.join());
    expect(states.at(-2)).toBe('suppressed shadow');
    expect(states.at(-1)).not.toContain('suppressed');
    const audited = await rig.rows(`SELECT action FROM audit_log ORDER BY id`);
    expect(audited.map(({ action }) => action)).toEqual(['model.add', 'model.promote', 'model.retire']);
  });

  it('sets a broken model aside, says so, and goes on with the rest', async () => {
    const { model } = await add();
    await add({ ...FOLLOWER, bias: 0.2 }, { name: 'ml_other' });
    await rig.rows(`UPDATE models SET file = 'rot' WHERE name = $1`, [model.name]);

    const { errors } = await rig.newScanner({ models }).scanDue(NOW);

    expect(errors).toEqual([]);
    expect(new Set((await signalsBy('ml_scanner')).map(({ detector_id }) => detector_id))).toEqual(
      new Set(['ml_other']),
    );
    const listed = await listModels(rig.services, { now: NOW });
    expect(listed.map(({ name, health }) => [name, health])).toEqual([
      ['ml_follow', 'broken'],
      ['ml_other', 'running'],
    ]);
    expect(listed[0]?.failure).toContain('no ONNX model');
  });

  it('tries a broken model anew once it is promoted', async () => {
    const { model } = await add(FOLLOWER, { shadow: true });
    const [kept] = await rig.rows<{ file: Buffer }>('SELECT file FROM models');
    await rig.rows(`UPDATE models SET file = 'rot'`);
    const scanner = rig.newScanner({ models });
    await scanner.scanDue(NOW - 5 * 60_000);
    await rig.rows('UPDATE models SET file = $1', [kept?.file]);

    await promoteModel(rig.services, { name: model.name, actor: 'test', now: NOW });
    await scanner.scanDue(NOW);

    expect(await signalsBy('ml_scanner')).toHaveLength(1);
    expect((await listModels(rig.services, { now: NOW }))[0]?.health).toBe('running');
  });

  it('runs no model that has expired', async () => {
    await add(FOLLOWER, { expiresAt: NOW - 1, now: NOW - DAY });

    await rig.newScanner({ models }).scanDue(NOW);

    expect(await signalsBy('ml_scanner')).toEqual([]);
    expect((await listModels(rig.services, { now: NOW }))[0]?.health).toBe('expired');
  });

  it('sees the same in a replay, but nothing of what it was trained on', async () => {
    const scan = rig.newScanner();
    await scan.scanDue(NOW);
    const trainedThrough = at('2026-11-20T16:00:00Z');
    await add({
      ...FOLLOWER,
      metadata: { 'oracore.trained_through': new Date(trainedThrough).toISOString() },
    });

    await replay(services(), { from: NOW - DAY, to: NOW, ticker: 'AAPL', timeframe: '5m', now: NOW });

    const fired = await rig.rows<{ fired_at: Date; origin: string }>(
      `SELECT fired_at, origin FROM signals WHERE source_system = 'ml_scanner' ORDER BY fired_at`,
    );
    expect(fired.length).toBeGreaterThan(10);
    expect(fired[0]?.fired_at.getTime()).toBe(trainedThrough + 5 * 60_000);
    expect(new Set(fired.map(({ origin }) => origin))).toEqual(new Set(['replay']));
  });
});

describe('the catalog of models', () => {
  it('gives each file under a name its own version, and the same file the one it has', async () => {
    const first = await add(FOLLOWER, { shadow: true });
    const again = await add(FOLLOWER, { shadow: true });
    const second = await add({ ...FOLLOWER, bias: 0.3 });
    const third = await add({ ...FOLLOWER, bias: 0.4 });

    expect([first, again, second, third].map(({ model, isNew }) => [model.version, isNew])).toEqual([
      ['1', true],
      ['1', false],
      ['2', true],
      ['3', true],
    ]);
    const listed = await listModels(rig.services, { now: NOW });
    expect(listed.map(({ version, state }) => [version, state])).toEqual([
      ['3', 'active'],
      ['2', 'retired'],
      ['1', 'shadow'],
    ]);
    const [current] = await rig.rows(`SELECT version, kind FROM detectors WHERE id = 'ml_follow'`);
    expect(current).toEqual({ version: '3', kind: 'ml' });
  });

  it.each([
    ['the name of a rule', { name: 'breakout_v1' }, 'conflict'],
    ['a name with blanks', { name: 'my model' }, 'bad_input'],
    ['a threshold above one', { threshold: 1.5 }, 'bad_input'],
    ['a day that has passed', { expiresAt: NOW - 1 }, 'bad_input'],
    ['what is no model', { file: new Uint8Array([1, 2, 3]) }, 'bad_input'],
    ['an unknown input', { file: tinyModel({ weights: { momentum: 1, side: 1 } }) }, 'bad_input'],
  ])('refuses %s', async (_, more, code) => {
    await expect(add(FOLLOWER, more)).rejects.toMatchObject({ code });
    expect(await listModels(rig.services, { now: NOW })).toEqual([]);
  });

  it('says when there is no such model', async () => {
    await expect(
      promoteModel(rig.services, { name: 'ml_none', actor: 'test', now: NOW }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
