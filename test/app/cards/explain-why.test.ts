import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainWhy } from '../../../src/app/cards/explain-why.ts';
import { whyView } from '../../../src/discord/views/why-view.ts';
import { candleSpans } from '../../../src/domain/calendar.ts';
import { aSession, at } from '../../support/builders.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const DAY = 86_400_000;
/** After the close of a Friday, whose every candle was scanned. */
const NOW = at('2026-11-20T21:05:00Z');
const SESSION = aSession('2026-11-20');
const TICKERS = ['AAPL', 'NVDA'];

let rig: ScanRig;
beforeAll(async () => {
  rig = await startScanRig({ now: NOW });
  rig.prices.bend((candle, _ticker, timeframe) =>
    timeframe !== '1d' && candle.ts < NOW - 16 * DAY ? null : candle,
  );
  for (const ticker of TICKERS) await rig.watch(ticker, SESSION.open - 1);
  await rig.newScanner().scanDue(NOW);
}, 60_000);
afterAll(() => rig[Symbol.asyncDispose]());

const ask = (ticker: string, time: string, timeframe = '5m') =>
  explainWhy(rig.services, { ticker, timeframe, time, now: NOW });
const clock = (ts: number) => new Date(ts).toISOString();

/** Every stored signal as `ticker close detector side`. */
async function storedSignals(): Promise<string[]> {
  const rows = await rig.rows<{ ticker: string; fired_at: Date; detector_id: string; side: string }>(
    `SELECT s.ticker, g.fired_at, g.detector_id, g.side FROM signals g JOIN symbols s ON s.id = g.symbol_id`,
  );
  return rows
    .map((row) => `${row.ticker} ${row.fired_at.toISOString()} ${row.detector_id} ${row.side}`)
    .sort();
}

describe('/why and the scan', () => {
  it('agree on every candle of a day: fired for each stored signal, and never for another candle', async () => {
    const stored = await storedSignals();

    const fired: string[] = [];
    const computed: string[] = [];
    for (const ticker of TICKERS) {
      for (const { end } of candleSpans(SESSION, '5m')) {
        const { verdicts } = await ask(ticker, clock(end));
        for (const { detectorId, fired: recorded, today } of verdicts) {
          const key = (side: string) => `${ticker} ${clock(end)} ${detectorId} ${side}`;
          if (recorded !== null) fired.push(key(recorded.side));
          if (today !== null) computed.push(key(today.side));
        }
      }
    }

    expect(stored.length).toBeGreaterThan(10);
    expect(fired.sort()).toEqual(stored);
    expect(computed.sort(), 'the conditions, computed anew, say the same').toEqual(stored);
  }, 120_000);

  it('still says fired after the candles were corrected, and says that they were', async () => {
    const [first = ''] = (await storedSignals()).filter((signal) => signal.includes('breakout'));
    const [ticker = '', close = ''] = first.split(' ');
    const candle = await rig.rows(
      `UPDATE candles SET volume = 1 WHERE timeframe = '5m' AND ts = $1::timestamptz - interval '5 minutes'
       AND symbol_id = (SELECT id FROM symbols WHERE ticker = $2) RETURNING volume`,
      [close, ticker],
    );

    const why = await ask(ticker, close);

    const breakout = why.verdicts.find(({ detectorId }) => detectorId === 'breakout_v1');
    expect(candle).toHaveLength(1);
    expect(breakout?.fired).not.toBeNull();
    expect(breakout?.today).toBeNull();
    expect(JSON.stringify(whyView(why, NOW))).toContain('they were corrected since');
  });
});

describe('/why', () => {
  it('takes the newest candle that had closed by the time asked for', async () => {
    expect((await ask('NVDA', '10:37')).closedAt).toBe(at('2026-11-20T15:35:00Z'));
    expect((await ask('NVDA', '2026-11-20 10:35')).closedAt).toBe(at('2026-11-20T15:35:00Z'));
    expect((await ask('NVDA', '')).closedAt).toBe(SESSION.close);
  });

  it('shows each condition with the number found and the one needed', async () => {
    const { verdicts } = await ask('NVDA', '12:00');

    expect(verdicts.map(({ detectorId }) => detectorId).sort()).toEqual([
      'bb_squeeze_v1',
      'breakout_v1',
      'macd_cross_v1',
      'rsi_reversal_v1',
      'vwap_reclaim_v1',
    ]);
    expect(verdicts.flatMap(({ look }) => look?.conditions ?? []).map(({ name }) => name)).toContain(
      'volume vs usual',
    );
  });

  it('names what held the card', async () => {
    const [{ reason, ticker, fired_at } = {}] = await rig.rows<{
      reason: string;
      ticker: string;
      fired_at: Date;
    }>(
      `SELECT c.suppressed_reason AS reason, s.ticker, c.fired_at FROM cards c JOIN symbols s ON s.id = c.symbol_id
       WHERE c.suppressed_reason = 'stale' LIMIT 1`,
    );

    const why = await ask(String(ticker), clock(Number(fired_at)));

    expect(reason).toBe('stale');
    expect(whyView(why, NOW).embeds[0]?.description).toContain('too old to act on when it was found');
  });

  it('says that a candle is not stored, or that nothing traded in it', async () => {
    const quiet = at('2026-11-20T17:00:00Z');
    await rig.rows(
      `DELETE FROM candles WHERE timeframe = '5m' AND ts = to_timestamp($1 / 1000.0)
       AND symbol_id = (SELECT id FROM symbols WHERE ticker = 'NVDA')`,
      [quiet],
    );

    expect((await ask('NVDA', clock(quiet + 300_000))).candle).toBe('no_trade');
    expect((await ask('NVDA', '2024-06-03 12:00')).candle).toBe('missing');
    expect(await ask('TSLA', '12:00')).toMatchObject({ candle: 'missing', watch: null, newestCloseAt: null });
  });

  it.each([
    ['NVDA', '25:99', '5m'],
    ['NVDA', 'tomorrow', '5m'],
    ['NVDA', '2027-01-04 10:00', '5m'],
    ['no ticker', '', '5m'],
    ['NVDA', '', '2m'],
  ])('refuses %s at "%s" on %s in a sentence', async (ticker, time, timeframe) => {
    await expect(ask(ticker, time, timeframe)).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('fits into one message, and every line onto a phone', async () => {
    const [embed] = whyView(await ask('AAPL', '12:00'), NOW).embeds;

    const texts = (embed?.fields ?? []).flatMap(({ name, value }) => [name, ...value.split('\n')]);
    expect(JSON.stringify(embed).length).toBeLessThan(6000);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(64);
  });
});
