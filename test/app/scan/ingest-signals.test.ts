import { beforeAll, describe, expect, it } from 'vitest';
import type { ParsedLine } from '../../../src/app/scan/ingest-ports.ts';
import { ingestSignals } from '../../../src/app/scan/ingest-signals.ts';
import { replay } from '../../../src/app/scan/replay.ts';
import { syncDetectors } from '../../../src/app/scan/sync-detectors.ts';
import type { GivenSignal } from '../../../src/domain/given-signal.ts';
import { at, aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { coverageOf } from '../../support/recorded.ts';
import { aSettings } from '../../support/settings.ts';

/** Two minutes after a 5m candle of the stored walk closed. */
const FIRED_AT = at('2024-01-22T16:00:00Z');
const NOW = FIRED_AT + 120_000;
const candles = aWalk(2500, { seed: 3 });
const database = withDatabase();
const services = () => ({ stores: database.current.stores, log: quiet, settings: aSettings() });

beforeAll(async () => {
  const { stores } = database.current;
  await syncDetectors({ stores });
  await stores.candles.store({
    ticker: 'HAVE',
    timeframe: '5m',
    source: 'walk',
    candles,
    coverage: coverageOf(candles),
  });
  await stores.watches.add({
    ticker: 'HAVE',
    timeframe: '5m',
    params: { detectors: [], minScore: 0.5, sides: ['long', 'short'], cooldownMinutes: 0 },
    channelId: '900',
    userId: 'u1',
    startAfter: FIRED_AT - 300_000,
  });
});

let names = 0;
/** A signal of a detector that no other test knows. */
function aGiven(overrides: Partial<GivenSignal> = {}): GivenSignal {
  return {
    ticker: 'HAVE',
    timeframe: '5m',
    firedAt: FIRED_AT,
    side: 'long',
    detector: { id: `desk_${++names}`, version: '1', kind: 'rule', description: null, params: {} },
    score: 0.7,
    price: candles.find(({ ts }) => ts === FIRED_AT - 300_000)?.close ?? 0,
    quote: null,
    features: {},
    origin: null,
    ...overrides,
  };
}

async function ingest(signals: readonly (GivenSignal | string)[], now = NOW) {
  const rejected: string[] = [];
  const differences: string[] = [];
  async function* batches(): AsyncGenerator<ParsedLine[]> {
    yield signals.map((signal, index) =>
      typeof signal === 'string'
        ? { line: index + 1, text: signal, reason: 'the line is not JSON' }
        : { line: index + 1, text: '{}', signal },
    );
  }
  const result = await ingestSignals(services(), {
    batches: batches(),
    clock: () => now,
    onRejected: ({ line, reason }) => rejected.push(`${line} ${reason}`),
    onDifference: ({ line, name }) => differences.push(`${line} ${name}`),
  });
  return { result, rejected, differences };
}

async function rowsOf(detectorId: string) {
  const { rows } = await database.current.pool.query(
    `SELECT s.origin, s.source_system, s.feature_version, s.features, s.watch_run_id, c.state, c.channel_id, c.suppressed_reason
     FROM signals s JOIN alerts a ON a.signal_id = s.id JOIN cards c ON c.id = a.card_id WHERE s.detector_id = $1 ORDER BY s.id`,
    [detectorId],
  );
  return rows;
}

describe('signals of other scanners', () => {
  it('become signals, alerts and cards of the channel where the series is watched', async () => {
    const given = aGiven();

    const { result } = await ingest([given]);

    expect(result).toEqual({ lines: 1, stored: 1, repeated: 0, rejected: 0, cards: 1, differences: 0 });
    const [row] = await rowsOf(given.detector.id);
    expect(row).toMatchObject({
      origin: 'live',
      source_system: 'basic_scanner',
      state: 'new',
      channel_id: '900',
    });
    const { rows } = await database.current.pool.query(`SELECT kind FROM scan_runs WHERE id = $1`, [
      row.watch_run_id,
    ]);
    expect(rows).toEqual([{ kind: 'ingest' }]);
  });

  it('change nothing when they come again', async () => {
    const given = aGiven();
    await ingest([given]);

    const { result } = await ingest([given, given]);

    expect(result).toMatchObject({ lines: 2, stored: 0, repeated: 2, cards: 0 });
    expect(await rowsOf(given.detector.id)).toHaveLength(1);
  });

  it('carry our features where the candle is stored, the same that a replay freezes', async () => {
    const given = aGiven({ features: { my_zscore: 2.5 } });
    await ingest([given]);
    await replay(services(), {
      from: FIRED_AT - 5 * 86_400_000,
      to: FIRED_AT,
      ticker: 'HAVE',
      timeframe: '5m',
      now: NOW,
    });
    const { rows } = await database.current.pool.query(
      `SELECT (extract(epoch FROM fired_at) * 1000)::float8 AS t, features FROM signals WHERE origin = 'replay' ORDER BY fired_at DESC LIMIT 1`,
    );
    const same = aGiven({ firedAt: rows[0]?.t, price: 1 });

    await ingest([same]);

    const [mine] = await rowsOf(given.detector.id);
    expect(mine.feature_version).toBe(1);
    expect(mine.features).toMatchObject({ my_zscore: 2.5, minutes_since_open: 90 });
    expect((await rowsOf(same.detector.id))[0]?.features).toEqual(rows[0]?.features);
  });

  it('are compared with ours, value by value', async () => {
    const given = aGiven({
      price: 1,
      features: { minutes_since_open: 90, day_of_week: 3, atr14: null, my_own: 1 },
    });

    const { differences, result } = await ingest([given]);

    expect(differences).toEqual(['1 price_at_signal', '1 day_of_week']);
    expect(result.differences).toBe(2);
  });

  it('keep the features they give where we have no candle', async () => {
    const given = aGiven({ ticker: 'LACK', features: { rsi14: 61 } });

    await ingest([given]);

    const [row] = await rowsOf(given.detector.id);
    expect(row).toMatchObject({
      feature_version: 0,
      suppressed_reason: 'not_watched',
      channel_id: 'unwatched',
    });
    expect(row.features).toMatchObject({ rsi14: 61, atr14: null });
  });

  it('are the ML scanner’s when a model saw them, and legacy when they come too late to act on', async () => {
    const model = aGiven();
    const given = {
      ...model,
      firedAt: FIRED_AT - 3_600_000,
      detector: { ...model.detector, kind: 'ml' as const },
    };

    await ingest([given]);

    expect(await rowsOf(given.detector.id)).toMatchObject([
      { origin: 'legacy', source_system: 'ml_scanner', state: 'suppressed', suppressed_reason: 'stale' },
    ]);
  });

  it('obey what people want to see', async () => {
    const given = aGiven({ score: 0.2, firedAt: FIRED_AT + 300_000 });

    await ingest([given], FIRED_AT + 310_000);

    expect(await rowsOf(given.detector.id)).toMatchObject([{ suppressed_reason: 'min_score' }]);
  });
});

describe('a line that cannot be taken in', () => {
  it('is named with its reason, and the others are taken in', async () => {
    const good = aGiven();
    const known = aGiven();
    await ingest([known]);

    const { rejected, result } = await ingest([
      'nonsense',
      aGiven({ firedAt: FIRED_AT + 60_000 }),
      aGiven({ firedAt: NOW + 300_000 }),
      aGiven({ detector: { ...good.detector, id: 'breakout_v1' } }),
      { ...known, detector: { ...known.detector, kind: 'ml', version: '2' } },
      good,
    ]);

    expect(result).toMatchObject({ lines: 6, stored: 1, rejected: 5 });
    expect(rejected).toEqual([
      '1 the line is not JSON',
      expect.stringContaining('2 no 5m candle of a regular session closes'),
      expect.stringContaining('lies in the future'),
      expect.stringContaining('4 detector_id "breakout_v1" is a detector of OraCore itself'),
      expect.stringContaining('registered with another kind'),
    ]);
  });
});

describe('a detector of another program', () => {
  it('keeps all its versions, the newest named being the current one', async () => {
    const first = aGiven();
    const { id } = first.detector;
    const second = {
      ...first,
      detector: { ...first.detector, version: '2', params: { lookback: 5 }, description: 'Rises.' },
    };

    await ingest([first, second]);

    const { pool } = database.current;
    expect(
      (await pool.query(`SELECT version, description, params FROM detectors WHERE id = $1`, [id])).rows,
    ).toEqual([{ version: '2', description: 'Rises.', params: { lookback: 5 } }]);
    expect(
      (await pool.query(`SELECT version FROM detector_versions WHERE id = $1 ORDER BY 1`, [id])).rows,
    ).toEqual([{ version: '1' }, { version: '2' }]);
    expect(await rowsOf(id)).toHaveLength(2);
  });
});
