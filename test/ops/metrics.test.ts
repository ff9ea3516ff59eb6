import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/app/ops/read-condition.ts';
import type { OraError } from '../../src/domain/errors.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { MIDSESSION, startYahooRig } from '../support/yahoo.ts';

const NOW = MIDSESSION;
const MINUTE = 60_000;

function aCondition(overrides: Partial<Condition> = {}): Condition {
  return {
    now: NOW,
    watches: [
      { ticker: 'AAPL', timeframe: '5m', dueAt: NOW - 12 * MINUTE },
      { ticker: 'NVDA', timeframe: '5m', dueAt: NOW - 3000 },
      { ticker: 'SPY', timeframe: '1h', dueAt: null },
    ],
    backlog: {
      cards: { waiting: 2, oldestDueAt: NOW - 40_000 },
      messages: { waiting: 0, oldestDueAt: null },
      oldestUnlabelledAt: NOW - 7200_000,
    },
    mirror: {
      mode: 'on',
      since: null,
      waiting: 7,
      oldestAt: NOW - 90_000,
      refused: 1,
      attempts: 0,
      lastError: null,
    },
    processes: [
      {
        id: 'a',
        roles: ['bot', 'scanner'],
        host: 'h',
        codeVersion: '1',
        startedAt: 0,
        seenAt: NOW,
        gateway: true,
      },
      { id: 'b', roles: ['scanner'], host: 'h', codeVersion: '1', startedAt: 0, seenAt: NOW, gateway: false },
    ],
    lacking: { series: 1, candles: 3, since: NOW - 60_000 },
    alarms: [{ kind: 'scan_late', subject: 'AAPL 5m', raisedAt: NOW }],
    lastBackup: { at: NOW - 3600_000, failed: false },
    ...overrides,
  };
}

const read = async (metrics: ReturnType<typeof createMetrics>, condition: Condition | null = aCondition()) =>
  (
    await metrics.text({
      read: () =>
        condition === null ? Promise.reject(new Error('no database')) : Promise.resolve(condition),
      isGateway: true,
    })
  ).body;

describe('metrics', () => {
  it('say what waits, for how long, and who works on it', async () => {
    const text = await read(createMetrics());

    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'oracore_database_up 1',
        'oracore_gateway 1',
        'oracore_scan_lag_seconds 720',
        'oracore_oldest_unscanned_seconds{timeframe="5m"} 720',
        'oracore_oldest_unscanned_seconds{timeframe="1h"} 0',
        'oracore_watches{state="late"} 1',
        'oracore_watches{state="on_time"} 2',
        'oracore_oldest_unlabelled_seconds 7200',
        'oracore_outbox_waiting{kind="card"} 2',
        'oracore_outbox_oldest_seconds{kind="card"} 40',
        'oracore_outbox_oldest_seconds{kind="message"} 0',
        'oracore_mirror_waiting 7',
        'oracore_mirror_oldest_seconds 90',
        'oracore_mirror_refused 1',
        'oracore_processes{role="scanner"} 2',
        'oracore_processes{role="labeler"} 0',
        'oracore_alarms{kind="scan_late"} 1',
        'oracore_backup_age_seconds 3600',
      ]),
    );
  });

  it('let the age of the newest backup grow while others fail: an alert on it must not fall silent', async () => {
    const text = await read(
      createMetrics(),
      aCondition({ lastBackup: { at: NOW - 200_000_000, failed: true } }),
    );

    expect(text).toMatch(/^oracore_backup_age_seconds 200000$/m);
  });

  it('watch the event loop and the memory of the process', async () => {
    const text = await read(createMetrics());

    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
  });

  it('say that the database is down, and then nothing that would be read from it', async () => {
    const metrics = createMetrics();
    await read(metrics);

    const text = await read(metrics, null);

    expect(text).toMatch(/^oracore_database_up 0$/m);
    expect(text).not.toMatch(/^oracore_(scan_lag|outbox|watches|alarms|backup)\w*[ {]/m);
  });

  it('forget a timeframe that nobody watches any more', async () => {
    const metrics = createMetrics();
    await read(metrics);

    const text = await read(metrics, aCondition({ watches: [] }));

    expect(text).not.toContain('timeframe="5m"');
  });

  it('count the answers of the source by what became of them', async () => {
    await using rig = await startYahooRig();
    const metrics = createMetrics();
    const market = metrics.measureMarket(rig.source);
    const request = { ticker: 'AAPL', timeframe: '5m', from: NOW - 3_600_000, to: NOW } as const;

    const series = await market.fetch(request);
    const failure = await market.fetch({ ...request, ticker: 'NOPE' }).catch((error: OraError) => error.code);

    const text = await read(metrics);
    expect(series.rows.length).toBeGreaterThan(5);
    expect(failure).toBe('not_found');
    expect(text).toMatch(/^oracore_provider_seconds_count\{source="yfinance",outcome="ok"\} 1$/m);
    expect(text).toMatch(/^oracore_provider_seconds_count\{source="yfinance",outcome="not_found"\} 1$/m);
  });

  it('count rounds of jobs and answers to people', async () => {
    const metrics = createMetrics();
    metrics.telemetry.jobDone('scan', { ms: 300, failed: false });
    metrics.telemetry.jobDone('scan', { ms: 900, failed: true });
    metrics.telemetry.interactionDone('card:enter', 40);

    const text = await read(metrics);

    expect(text).toMatch(/^oracore_job_seconds_sum\{job="scan"\} 1\.2$/m);
    expect(text).toMatch(/^oracore_job_failures_total\{job="scan"\} 1$/m);
    expect(text).toMatch(/^oracore_interaction_seconds_bucket\{le="0\.05",name="card:enter"\} 1$/m);
  });
});
