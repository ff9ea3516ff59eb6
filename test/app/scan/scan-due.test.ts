import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bringInCandles } from '../../../src/app/candles/bring-in-candles.ts';
import { SCAN_LEASE_MS, type Scanner } from '../../../src/app/scan/scan-due.ts';
import { candleEnd, closedSpansAfter } from '../../../src/domain/calendar.ts';
import type { FeatureInputs } from '../../../src/domain/signal.ts';
import { isTimeframe } from '../../../src/domain/timeframe.ts';
import { aSession, at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { asAdmin } from '../../support/database-admin.ts';
import { newYorkTime, type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 12:55:13 in New York: AAPL and AMD fire on the candle that has just closed. */
const NOW = at('2026-11-20T17:55:13Z');
/** The candle of 09:30, so that about a dozen signals follow. */
const CURSOR = aSession('2026-11-20').open;
const NEWEST = at('2026-11-20T17:50:00Z');

const database = withDatabase();
const rigs: ScanRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig[Symbol.asyncDispose]();
});

/** Watches of three tickers at 5m, and twelve sessions of history: indicators need eight. */
async function aRig(options: { now?: number; cursor?: number; tickers?: readonly string[] } = {}) {
  const { now = NOW, cursor = CURSOR, tickers = ['AAPL', 'AMD', 'NVDA'] } = options;
  const rig = await startScanRig({ now, database: database.current });
  rigs.push(rig);
  rig.prices.bend((candle, _ticker, timeframe) =>
    timeframe !== '1d' && candle.ts < NOW - 16 * DAY ? null : candle,
  );
  for (const ticker of tickers) await rig.watch(ticker, cursor);
  return rig;
}

interface SignalRow {
  readonly ticker: string;
  readonly fired_at: Date;
  readonly features: Readonly<Record<string, number | null>>;
  readonly feature_inputs: FeatureInputs;
}

/** Everything about the signals that does not depend on when they were scanned. */
const signalsOf = (rig: ScanRig) =>
  rig.rows<SignalRow>(
    `SELECT s.ticker, g.timeframe, g.fired_at, g.side, g.detector_id, g.score, g.price_at_signal, g.origin,
       g.features - 'spread_bps' AS features, g.feature_inputs
     FROM signals g JOIN symbols s ON s.id = g.symbol_id ORDER BY fired_at, ticker, detector_id, side`,
  );
const cardsOf = (rig: ScanRig) =>
  rig.rows(
    `SELECT s.ticker, c.fired_at, c.side, c.channel_id, c.state, c.suppressed_reason,
       (SELECT count(*)::int FROM alerts a WHERE a.card_id = c.id) AS alerts
     FROM cards c JOIN symbols s ON s.id = c.symbol_id ORDER BY fired_at, ticker, side`,
  );
const cursorsOf = async (rig: ScanRig) =>
  (
    await rig.rows<{ ticker: string; cursor: Date | null }>(
      `SELECT s.ticker, w.last_scanned_ts AS cursor
       FROM watch_requests w JOIN symbols s ON s.id = w.symbol_id ORDER BY ticker`,
    )
  ).map(({ ticker, cursor }) => `${ticker} ${cursor === null ? 'none' : newYorkTime(cursor.getTime())}`);
const storyOf = async (rig: ScanRig) => ({
  signals: await signalsOf(rig),
  cards: await cardsOf(rig),
  cursors: await cursorsOf(rig),
});

/** The same without what rests on the market's candles, which a crash may have kept away: it is null then. */
const withoutContext = ({ signals, ...rest }: Awaited<ReturnType<typeof storyOf>>) => ({
  ...rest,
  signals: signals.map(({ features, feature_inputs, ...signal }) => signal),
});

/** Scans candle by candle from a moment to another, as a live desk does. */
async function scanLive(rig: ScanRig, from: number, to: number, next: () => Scanner): Promise<void> {
  for (let now = from; now <= to; now += 5 * MINUTE) {
    rig.now = now;
    await next().scanDue(now);
  }
}

/** What one undisturbed scan writes. */
let whole: Awaited<ReturnType<typeof storyOf>>;
beforeAll(async () => {
  const rig = await aRig();
  await rig.newScanner().scanDue(NOW);
  whole = await storyOf(rig);
  expect(whole.signals.length).toBeGreaterThan(10);
  expect(whole.cards.length).toBeGreaterThan(10);
});

describe('closed candles only (invariant 1)', () => {
  const from = at('2026-11-20T16:00:13Z');
  let seen: SignalRow[];
  beforeAll(async () => {
    const rig = await aRig({ now: from });
    const scanner = rig.newScanner();
    await scanLive(rig, from, NOW, () => scanner);
    seen = await signalsOf(rig);
  });

  it('makes the same features and signals whether or not later candles are stored', () => {
    expect(seen).toEqual(whole.signals);
  });

  it('rests on candles alone that had closed when the signal fired', () => {
    const late = seen.flatMap(({ fired_at, feature_inputs }) =>
      Object.entries(feature_inputs).filter(([series, range]) => {
        const timeframe = series.split(' ')[1] ?? '';
        return (
          range !== null && isTimeframe(timeframe) && candleEnd(range.last, timeframe) > fired_at.getTime()
        );
      }),
    );

    expect(late).toEqual([]);
  });

  it('has its context from the first candle on', () => {
    expect(seen[0]?.features).toMatchObject({
      multi_tf_confirmation: expect.any(Number),
      spy_15m_ret: expect.any(Number),
      vix_level: expect.any(Number),
      market_regime: expect.any(Number),
      rsi14: expect.any(Number),
    });
  });
});

describe('exactly once (invariant 2)', () => {
  it('writes nothing when the same moment is scanned again', async () => {
    const rig = await aRig();
    const scanner = rig.newScanner();
    await scanner.scanDue(NOW);

    const again = await scanner.scanDue(NOW);
    const another = await rig.newScanner().scanDue(NOW);

    expect([again.watches, another.watches]).toEqual([0, 0]);
    expect(await storyOf(rig)).toEqual(whole);
  });

  it('writes nothing twice when a cursor is set back', async () => {
    const rig = await aRig();
    const scanner = rig.newScanner();
    await scanner.scanDue(NOW);
    await rig.rows('UPDATE watch_requests SET last_scanned_ts = $1', [new Date(CURSOR)]);

    const again = await scanner.scanDue(NOW);

    expect(again).toMatchObject({ watches: 3, signals: 0, cards: 0, errors: [] });
    expect(await storyOf(rig)).toEqual(whole);
  });

  it('lets two processes scan at once: each signal and card once, none lost', async () => {
    const rig = await aRig();
    const [one, other] = [rig.newScanner(), rig.newScanner()];

    const found = await Promise.all([one.scanDue(NOW), other.scanDue(NOW)]);
    rig.now += 5 * MINUTE;
    await Promise.all([one.scanDue(rig.now), other.scanDue(rig.now)]);

    expect(found.flatMap(({ errors }) => errors)).toEqual([]);
    expect(found.reduce((sum, { signals }) => sum + signals, 0)).toBe(whole.signals.length);
    expect((await signalsOf(rig)).filter(({ fired_at }) => fired_at.getTime() < NOW)).toEqual(whole.signals);
    expect((await cursorsOf(rig)).map((cursor) => cursor.slice(-5))).toEqual(['12:55', '12:55', '12:55']);
  });

  const points = [
    ['a run is begun', 'scan_runs', 'INSERT', 1],
    ['candles are stored', 'candles', 'INSERT', 2],
    ['coverage is written', 'candle_coverage', 'INSERT', 5],
    ['the cursor moves', 'watch_requests', 'UPDATE', 2],
    ['signals are written', 'signals', 'INSERT', 1],
    ['a card is made', 'cards', 'INSERT', 1],
    ['an alert is written', 'alerts', 'INSERT', 1],
    ['the run is finished', 'scan_runs', 'UPDATE', 1],
  ] as const;
  it.each(points)(
    'loses and doubles nothing when the connection dies as %s',
    async (_what, table, event, nth) => {
      const rig = await aRig();
      await rig.rows(`
      CREATE SEQUENCE deaths;
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('deaths') = ${nth} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER die BEFORE ${event} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION die()`);

      const failure = await rig
        .newScanner()
        .scanDue(NOW)
        .then(
          ({ errors }) => errors,
          (error: Error) => [error.message],
        );
      const [reached] = await rig.rows<{ n: string }>('SELECT last_value AS n FROM deaths');
      await rig.rows('DROP FUNCTION die CASCADE; DROP SEQUENCE deaths');
      await rig.newScanner().scanDue(NOW);

      expect(Number(reached?.n), 'the point was reached').toBeGreaterThanOrEqual(nth);
      const warned = rig.log.lines.some(({ message }) => message.endsWith('one by one'));
      expect(failure.length > 0 || warned, 'it is said').toBe(true);
      expect(withoutContext(await storyOf(rig))).toEqual(withoutContext(whole));
    },
  );

  it('loses and doubles nothing when the process is killed inside the transaction', async () => {
    const rig = await aRig();
    await rig.rows(`
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(7); RETURN NULL;
      END $$;
      CREATE TRIGGER wait AFTER INSERT ON alerts FOR EACH STATEMENT EXECUTE FUNCTION wait()`);

    await asAdmin(rig.database.url, async (gate) => {
      await gate.query('SELECT pg_advisory_lock(7)');
      const script = resolve(import.meta.dirname, '../../support/scan-child.ts');
      const child = spawn(process.execPath, [script, rig.database.url, rig.yahoo.baseUrl, String(NOW)]);
      const exit = once(child, 'exit');
      await expect
        .poll(
          () => rig.rows(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted`),
          {
            timeout: 20_000,
          },
        )
        .not.toEqual([]);
      child.kill('SIGKILL');
      await exit;
    });
    const idle = () =>
      rig.rows(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND database =
                  (SELECT oid FROM pg_database WHERE datname = current_database())`);
    await expect.poll(idle, { timeout: 10_000 }).toEqual([]);
    await rig.rows('DROP FUNCTION wait CASCADE');
    await rig.newScanner().scanDue(NOW);
    const untilItsClaimsRunOut = await storyOf(rig);
    await rig.newScanner().scanDue(NOW + SCAN_LEASE_MS);

    expect(untilItsClaimsRunOut.signals, 'its claims stand').toEqual([]);
    expect(await storyOf(rig)).toEqual(whole);
  });
});

describe('catching up (invariant 3)', () => {
  it('scans every candle of two missed sessions, stores what is too old without posting it, posts the fresh', async () => {
    const cursor = at('2026-11-18T17:50:00Z');
    const rig = await aRig({ cursor });

    const scan = await rig.newScanner().scanDue(NOW);

    const [run] = await rig.rows<{ counts: Record<string, number> }>('SELECT counts FROM scan_runs');
    const missed = closedSpansAfter(cursor, '5m', NOW, 0).length;
    expect(missed).toBe(2 * 78);
    expect(run?.counts).toMatchObject({ candles: 3 * missed, signals: scan.signals, cards: scan.cards });
    const cards = await cardsOf(rig);
    const shown = cards.filter(({ suppressed_reason }) => suppressed_reason === null);
    expect(
      shown.map(({ ticker, fired_at }) => `${ticker} ${newYorkTime((fired_at as Date).getTime())}`),
    ).toEqual(['AAPL 2026-11-20 12:55', 'AMD 2026-11-20 12:55']);
    const others = cards.filter(({ suppressed_reason }) => suppressed_reason !== null);
    expect(others.length).toBeGreaterThan(30);
    expect(new Set(others.map(({ state, suppressed_reason }) => `${state} ${suppressed_reason}`))).toEqual(
      new Set(['suppressed stale']),
    );
    expect((await signalsOf(rig)).filter(({ fired_at }) => fired_at.getTime() > CURSOR + 5 * MINUTE)).toEqual(
      whole.signals,
    );
  });

  it('begins a watch that another program wrote, without cursor or channel, at the newest closed candle', async () => {
    const rig = await aRig({ tickers: [] });
    await rig.rows(`INSERT INTO symbols (ticker) VALUES ('AAPL')`);
    await rig.rows(`INSERT INTO watch_requests (symbol_id, timeframe) SELECT id, '5m' FROM symbols`);

    const scan = await rig.newScanner().scanDue(NOW);

    expect(scan).toMatchObject({ watches: 1, signals: 1, cards: 1, errors: [] });
    expect(await cursorsOf(rig)).toEqual([`AAPL ${newYorkTime(NEWEST)}`]);
    expect(await cardsOf(rig)).toMatchObject([
      { ticker: 'AAPL', suppressed_reason: null, channel_id: rig.services.settings.alertChannelId },
    ]);
  });

  it('stops before a candle that is not there yet, and goes on when it came', async () => {
    const rig = await aRig();
    const scanner = rig.newScanner();
    rig.prices.bend((candle, ticker) =>
      ticker === 'AAPL' && candle.ts >= NEWEST - 5 * MINUTE ? null : candle,
    );

    await scanner.scanDue(NOW);
    const waiting = await cursorsOf(rig);
    rig.prices.straighten();
    await scanner.scanDue(NOW);

    expect(waiting.map((cursor) => cursor.slice(-5))).toEqual(['12:40', '12:50', '12:50']);
    expect(await storyOf(rig)).toEqual(whole);
  });

  it('does not cross a candle that another process brings in while it looks', async () => {
    const rig = await aRig();
    rig.prices.bend((candle, ticker) => (ticker === 'AAPL' && candle.ts === NEWEST ? null : candle));
    const { candles } = rig.services.stores;
    let lacking = false;
    const interrupted: typeof candles = {
      ...candles,
      async readAll(wanted) {
        const found = await candles.readAll(wanted);
        lacking ||= wanted.some(
          ({ ticker, to }, index) =>
            ticker === 'AAPL' && to === NEWEST && found[index]?.at(-1)?.ts !== NEWEST,
        );
        return found;
      },
      async coverageOf(wanted) {
        if (lacking) {
          lacking = false;
          rig.prices.straighten();
          await bringInCandles(rig.services, { ticker: 'AAPL', timeframes: ['5m'], now: rig.now });
        }
        return candles.coverageOf(wanted);
      },
    };
    const stores = { ...rig.services.stores, candles: interrupted };

    await rig.newScanner({ stores }).scanDue(NOW);

    expect(lacking).toBe(false);
    expect(await signalsOf(rig)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ticker: 'AAPL', fired_at: new Date(NEWEST + 5 * MINUTE) }),
      ]),
    );
  });

  it('asks once more for a candle that is missing, and crosses it when nothing traded', async () => {
    const rig = await aRig();
    const scanner = rig.newScanner();
    const hole = at('2026-11-20T16:00:00Z');
    rig.prices.bend((candle, ticker) => (ticker === 'AAPL' && candle.ts === hole ? null : candle));

    await scanner.scanDue(NOW);
    const asked = rig.asked('AAPL', '5m').length;
    rig.now += 5 * MINUTE;
    const next = await scanner.scanDue(rig.now);

    expect(asked, 'the history, and the session once more').toBe(2);
    expect(rig.asked('AAPL', '5m'), 'the new candle alone').toHaveLength(1);
    expect(next.errors).toEqual([]);
    expect((await cursorsOf(rig))[0]).toBe('AAPL 2026-11-20 12:55');
  });

  it('crosses a session in which nothing traded, and says so', async () => {
    const [before, shut] = [aSession('2026-11-18'), aSession('2026-11-19')];
    const rig = await aRig({ cursor: before.close - 5 * MINUTE, tickers: ['AAPL'] });
    rig.prices.bend((candle) => (candle.ts >= shut.open && candle.ts < shut.close ? null : candle));

    await rig.newScanner().scanDue(NOW);

    expect(rig.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        message: 'no candle in a whole session: shut, or halted',
        data: { ticker: 'AAPL', timeframe: '5m', date: '2026-11-19' },
      },
    ]);
    expect((await cursorsOf(rig))[0]).toBe('AAPL 2026-11-20 12:50');
  });

  it('mends a hole whose candle exists, before it scans', async () => {
    const rig = await aRig();
    for (const ticker of ['AAPL', 'AMD', 'NVDA'])
      await bringInCandles(rig.services, { ticker, timeframes: ['5m'], context: ['15m', '1h'], now: NOW });
    await rig.rows('DELETE FROM candles WHERE timeframe = $1 AND ts = ANY($2)', [
      '5m',
      [new Date(at('2026-11-20T16:00:00Z')), new Date(at('2026-11-20T16:05:00Z'))],
    ]);

    await rig.newScanner().scanDue(NOW);

    expect(await storyOf(rig)).toEqual(whole);
  });

  it('builds larger candles again when a late one of theirs comes along with what it mends', async () => {
    const rig = await aRig({ tickers: ['AAPL'] });
    const [late, hole] = [at('2026-11-20T16:00:00Z'), at('2026-11-20T17:55:00Z')];
    const scanner = rig.newScanner();
    const volumeOf = async (timeframe: '5m' | '15m') => {
      const range = { from: late, to: late + 14 * MINUTE };
      const candles = await rig.services.stores.candles.read({ ticker: 'AAPL', timeframe }, range);
      return candles.reduce((sum, { volume }) => sum + volume, 0);
    };
    rig.prices.bend((candle, _ticker, timeframe) =>
      timeframe === '5m' && candle.ts === late ? null : candle,
    );
    await scanner.scanDue(NOW);
    const without = [await volumeOf('5m'), await volumeOf('15m')];
    rig.prices.straighten();
    rig.prices.bend((candle) => (candle.ts === hole ? null : candle));

    rig.now += 15 * MINUTE;
    await scanner.scanDue(rig.now);

    const volume = await volumeOf('5m');
    expect(without).toEqual([without[0], without[0]]);
    expect(volume).toBeGreaterThan(without[0] ?? 0);
    expect(await volumeOf('15m')).toBe(volume);
  });
});

describe('one bad ticker (invariant 12)', () => {
  const BAD = /chart\/AMD\?/;
  const bad = [
    ['answers 500', { match: BAD, times: 1000, status: 500 }, /AMD: Yahoo/],
    [
      'answers with a web page',
      { match: BAD, times: 1000, body: '<html>Sorry</html>' },
      /AMD: Yahoo sent no data/,
    ],
    ['cuts the connection', { match: BAD, times: 1000, drop: true }, /AMD: Yahoo/],
    ['hangs', { match: BAD, times: 1000, hang: 'headers' }, /AMD: Yahoo did not answer/],
  ] as const;
  it.each(bad)(
    'stops only itself when Yahoo %s about it, is named in the run, and catches up later',
    async (_what, fault, said) => {
      const rig = await aRig();
      const services = { ...rig.services, settings: { ...rig.services.settings, fetchDeadlineMs: 1500 } };
      const scanner = rig.newScanner(services);
      rig.yahoo.faults.add(fault);

      const scan = await scanner.scanDue(NOW);
      const [run] = await rig.rows<{ errors: string[] }>('SELECT errors FROM scan_runs');
      const cursors = await cursorsOf(rig);
      const others = await signalsOf(rig);
      rig.yahoo.faults.clear();
      await rig.newScanner().scanDue(NOW);

      expect(scan.errors).toEqual([expect.stringMatching(said)]);
      expect(run?.errors).toEqual(scan.errors);
      expect(cursors.map((cursor) => cursor.slice(-5))).toEqual(['12:50', '09:30', '12:50']);
      expect(others).toEqual(whole.signals.filter(({ ticker }) => ticker !== 'AMD'));
      expect(await storyOf(rig)).toEqual(whole);
    },
  );

  it('says once that Yahoo does not know a ticker, and asks again an hour later', async () => {
    const rig = await aRig({ tickers: ['AAPL', 'NOPE'] });
    const scanner = rig.newScanner();

    const first = await scanner.scanDue(NOW);
    const second = await scanner.scanDue(NOW + MINUTE);
    const asked = rig.asked('NOPE', '5m').length;
    rig.now = NOW + 61 * MINUTE;
    await scanner.scanDue(rig.now);

    expect(first.errors).toEqual(['Yahoo does not know "NOPE". Check the spelling.']);
    expect(second.errors).toEqual([]);
    expect(asked).toBe(1);
    expect(rig.asked('NOPE', '5m')).toHaveLength(1);
    expect((await cursorsOf(rig))[1], 'nothing was scanned').toBe('NOPE 2026-11-20 09:30');
  });

  it('scans on without the market when SPY cannot be had, with nulls instead of guesses', async () => {
    const rig = await aRig();
    rig.yahoo.faults.add({ match: /chart\/SPY\?/, times: 1000, status: 500 });

    const scan = await rig.newScanner().scanDue(NOW);

    expect(scan.errors).toEqual([expect.stringMatching(/^SPY: Yahoo/)]);
    const seen = await signalsOf(rig);
    expect(seen.length).toBe(whole.signals.length);
    expect(seen.map(({ features }) => [features.spy_15m_ret, features.market_regime])).toEqual(
      seen.map(() => [null, null]),
    );
    expect(seen[0]?.feature_inputs['SPY 15m']).toBeNull();
  });
});

describe('a warm scanner and a cold one', () => {
  it('write the same, also when history is revised behind their back', async () => {
    const from = NOW - 40 * MINUTE;
    const stories = [];
    for (const kind of ['warm', 'cold']) {
      const rig = await aRig({ now: from });
      const warm = rig.newScanner();
      const next = () => (kind === 'warm' ? warm : rig.newScanner());
      await scanLive(rig, from, NOW - 20 * MINUTE, next);
      // A correction that a chart brings in: what closed lower is half a per cent higher now.
      const [first, last] = [at('2026-11-20T16:30:00Z'), at('2026-11-20T17:30:00Z')];
      const raise = (price: number | null) => (price === null ? null : Math.round(price * 100.5) / 100);
      rig.prices.bend((candle, ticker) =>
        ticker === 'SPY' || candle.ts < first || candle.ts > last
          ? candle
          : {
              ...candle,
              open: raise(candle.open),
              high: raise(candle.high),
              low: raise(candle.low),
              close: raise(candle.close),
            },
      );
      for (const ticker of ['AAPL', 'AMD'])
        await bringInCandles(rig.services, { ticker, timeframes: ['5m'], now: rig.now, refetchFrom: CURSOR });
      await scanLive(rig, NOW - 15 * MINUTE, NOW, next);
      stories.push(await storyOf(rig));
    }

    const [warm, cold] = stories;
    expect(warm).toEqual(cold);
    expect(warm?.signals, 'the correction mattered').not.toEqual(whole.signals);
  });
});
