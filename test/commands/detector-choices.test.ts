import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSignals } from '../../src/app/scan/ingest-signals.ts';
import { addModel } from '../../src/app/training/add-model.ts';
import { promoteModel, retireModel } from '../../src/app/training/set-model-state.ts';
import { readSignalLines } from '../../src/ingest/signal-lines.ts';
import { createOnnxRuntime } from '../../src/ml/onnx-runtime.ts';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../support/database.ts';
import { tinyModel } from '../support/onnx.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

/** A close of a regular 5m candle on a Friday, long before the desk's now. */
const FIRED_AT = '2026-11-13T10:05:00-05:00';
const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
  await addTiny('ml_trial');
  await addTiny('ml_shown');
  await promoteModel(services(), { name: 'ml_shown', actor: 'test', now: desk.now });
  await addTiny('ml_gone');
  await retireModel(services(), { name: 'ml_gone', actor: 'test', now: desk.now });
  await ingest({ detector_id: 'desk_momentum' });
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
});

const services = () => ({ ...desk.bot.desk.services, models: createOnnxRuntime() });

function addTiny(name: string) {
  const file = tinyModel({ weights: { ret_1: 1, side: 1 } });
  return addModel(services(), { file, name, threshold: 0.6, shadow: true, actor: 'test', now: desk.now });
}

async function ingest(signal: Readonly<Record<string, unknown>>): Promise<void> {
  const line = {
    ticker: 'NVDA',
    timeframe: '5m',
    fired_at: FIRED_AT,
    side: 'long',
    detector_version: '1',
    score: 0.7,
    price_at_signal: 100,
    origin: 'replay',
    ...signal,
  };
  async function* stream() {
    yield Buffer.from(JSON.stringify(line));
  }
  const result = await ingestSignals(services(), {
    batches: readSignalLines(stream()),
    clock: () => desk.now,
    onRejected: ({ reason }) => {
      throw new Error(reason);
    },
    onDifference: () => {},
  });
  expect(result.stored).toBe(1);
}

const alice = () => desk.discord.person('alice');
async function answered(seen: Promise<Seen>): Promise<UiMessage> {
  const settled = await seen;
  if (settled.kind !== 'message') throw new Error(`saw ${JSON.stringify(settled)}`);
  return settled.message;
}
async function suggested(command: string, subcommand: string, option: string, typed: string) {
  const seen = await alice().autocomplete(command, option, { [option]: typed }, subcommand);
  if (seen.kind !== 'autocomplete') throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.choices;
}

describe.each([
  ['mute', 'detector'],
  ['stats', 'detectors'],
])('/%s %s', (command, subcommand) => {
  it('offers rules, models with how they fare, and detectors of other programs', async () => {
    const choices = await suggested(command, subcommand, 'detector', '');

    expect(choices.slice(0, 5).map(({ value }) => value)).toContain('breakout_v1');
    expect(choices.slice(5)).toEqual([
      { name: 'ml gone · model · retired', value: 'ml_gone' },
      { name: 'ml shown · model', value: 'ml_shown' },
      { name: 'ml trial · model · on trial', value: 'ml_trial' },
      { name: 'desk momentum · rule of your own', value: 'desk_momentum' },
    ]);
  });

  it('finds one by a piece of its id or of its name', async () => {
    const values = async (typed: string) =>
      (await suggested(command, subcommand, 'detector', typed)).map(({ value }) => value);

    expect(await values('MOMEN')).toEqual(['desk_momentum']);
    expect(await values('bollinger')).toEqual(['bb_squeeze_v1']);
    expect(await values('on trial')).toEqual(['ml_trial']);
  });

  it('refuses one there is not, and names those there are', async () => {
    const options = { detector: 'magic_v9', ...(command === 'mute' && { until: '1h' }) };

    const message = await answered(alice().command(command, options, subcommand));

    expect(message.content).toMatch(/There is no detector "magic_v9"\. Use one of .*ml_shown.*desk_momentum/);
    expect(message.content, 'nothing runs it').not.toContain('ml_gone');
  });
});

describe('/watch add', () => {
  const add = (detectors: string) =>
    answered(alice().command('watch', { ticker: 'SPY', timeframe: '5m', detectors }, 'add'));

  it('completes a list with a model or a detector of another program', async () => {
    expect(await suggested('watch', 'add', 'detectors', 'breakout_v1, ml')).toEqual([
      { name: 'breakout_v1, ml shown · model', value: 'breakout_v1, ml_shown' },
      { name: 'breakout_v1, ml trial · model · on trial', value: 'breakout_v1, ml_trial' },
    ]);
    expect(await suggested('watch', 'add', 'detectors', 'ml_shown desk')).toEqual([
      { name: 'ml_shown, desk momentum · rule of your own', value: 'ml_shown, desk_momentum' },
    ]);
  });

  it('takes them, and says which of them show nothing yet', async () => {
    const message = await add('ml_shown, ml_trial, desk_momentum');

    expect(message.content).toContain('ml shown, ml trial and desk momentum');
    expect(message.content).toContain('ml trial is on trial: its cards stay hidden until it is promoted.');
    const [watch] = await database.current.stores.watches.active();
    expect(watch?.params.detectors).toEqual(['ml_shown', 'ml_trial', 'desk_momentum']);
  });

  it('refuses one that nothing runs any more', async () => {
    expect((await add('ml_gone')).content).toContain('"ml_gone" is retired: nothing runs it any more.');
  });
});

describe('a watch of one detector of another program', () => {
  it('shows its cards and holds those of others', async () => {
    await answered(
      alice().command('watch', { ticker: 'NVDA', timeframe: '5m', detectors: 'desk_momentum' }, 'add'),
    );

    const fired_at = new Date(desk.now - (desk.now % 300_000)).toISOString();
    await ingest({ detector_id: 'desk_momentum', side: 'short', fired_at });
    await ingest({ detector_id: 'desk_other', side: 'long', fired_at });

    const { rows } = await database.current.pool.query(
      `SELECT s.detector_id, c.suppressed_reason FROM signals s JOIN alerts a ON a.signal_id = s.id
       JOIN cards c ON c.id = a.card_id WHERE c.channel_id <> 'unwatched' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { detector_id: 'desk_momentum', suppressed_reason: null },
      { detector_id: 'desk_other', suppressed_reason: 'detector' },
    ]);
  });
});

describe('/mute detector', () => {
  it('mutes a model and a detector of another program for everybody', async () => {
    for (const detector of ['ml_shown', 'desk_momentum']) {
      await answered(alice().command('mute', { detector, until: '1h' }, 'detector'));
    }

    const active = await database.current.stores.mutes.active(desk.now);
    expect(active.map(({ target }) => target)).toEqual(
      expect.arrayContaining([
        { scope: 'detector', detectorId: 'ml_shown' },
        { scope: 'detector', detectorId: 'desk_momentum' },
      ]),
    );
  });
});

describe('/stats detectors', () => {
  it('counts one detector of another program alone', async () => {
    await database.current.pool.query(
      `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ret_close, max_run_up,
         max_drawdown, hit_tp1, hit_stop, first_barrier, ambiguous)
       SELECT id, fired_at, '5m', 20, 1, 0.01, 0.016, -0.001, true, false, 'tp1', false FROM signals`,
    );

    const message = await answered(alice().command('stats', { detector: 'desk_momentum' }, 'detectors'));

    const text = message.embeds[0]?.description ?? '';
    expect(text).toContain('**desk momentum** version 1 · 5m');
    expect(text).not.toContain('desk other');
  });
});
