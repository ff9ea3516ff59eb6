import { describe, expect, it } from 'vitest';
import * as commands from '../../../commands/all.ts';
import type { Status } from '../../../src/app/ops/read-status.ts';
import type { Watch } from '../../../src/app/ports.ts';
import { auditView } from '../../../src/discord/views/audit-view.ts';
import { helpView } from '../../../src/discord/views/help-view.ts';
import { labelResultView } from '../../../src/discord/views/label-view.ts';
import { signalsView } from '../../../src/discord/views/signals-view.ts';
import { detectorStatsView } from '../../../src/discord/views/stats-view.ts';
import { statusView } from '../../../src/discord/views/status-view.ts';
import { watchAddedView, watchListView, watchRemovedView } from '../../../src/discord/views/watch-view.ts';
import type { Model } from '../../../src/domain/models/model.ts';
import { type DetectorStat, detectorResult } from '../../../src/domain/stats.ts';
import { aStoredSignal } from '../../support/cards.ts';
import { expectWithinLimits } from '../../support/message-limits.ts';
import { FIRED_AT } from '../../support/signals.ts';

describe('signalsView', () => {
  it('shows each signal in two short lines', () => {
    const { description } = signalsView([aStoredSignal({ score: 0.81 })]).embeds[0] ?? {};

    expect(description).toBe(
      `🟢 LONG **NVDA** 5m · 100.00 · score 0.81\n-# breakout · <t:${FIRED_AT / 1000}:R> · 10:05 ET`,
    );
  });

  it('says once at the foot where signals are from that are not live', () => {
    const signals = [aStoredSignal({ origin: 'replay' }), aStoredSignal({ origin: 'replay' })];

    const [embed] = signalsView(signals).embeds;

    expect(embed?.footer?.text).toBe('Replayed from stored candles');
    expect(embed?.description).not.toContain('replayed');
    expect(signalsView([aStoredSignal()]).embeds[0]?.footer).toBeUndefined();
  });

  it('says beside each where it is from when that differs', () => {
    const [embed] = signalsView([aStoredSignal({ origin: 'replay' }), aStoredSignal()]).embeds;

    expect(embed?.description).toContain('score 0.80 · replayed\n');
    expect(embed?.description).toContain('score 0.80\n');
    expect(embed?.footer).toBeUndefined();
  });

  it('says what to do when there is none', () => {
    expect(signalsView([]).embeds[0]?.description).toContain('/watch add');
  });

  it('stays within Discord’s limits', () => {
    expectWithinLimits(signalsView(Array.from({ length: 200 }, () => aStoredSignal())));
  });
});

describe('watch views', () => {
  const watch: Watch = {
    id: 1,
    symbolId: 1,
    ticker: 'NVDA',
    timeframe: '5m',
    params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
    channelId: '21',
    createdBy: '31',
    lastScannedTs: null,
  };

  it('says what a new watch does', () => {
    expect(watchAddedView(watch, 'created').content).toBe(
      'The desk now watches **NVDA 5m**.\nlong and short · all detectors · cards in <#21>',
    );
  });

  it('names what was chosen', () => {
    const params = {
      ...watch.params,
      detectors: ['breakout_v1', 'rsi_reversal_v1'],
      minScore: 0.6,
      sides: ['short'] as const,
    };

    expect(watchAddedView({ ...watch, params }, 'created').content).toContain(
      'short only · breakout and RSI reversal · score from 0.6',
    );
  });

  it('tells who joins that the settings stay', () => {
    expect(watchAddedView(watch, 'joined').content).toContain('It keeps the settings it has.');
    expect(watchAddedView(watch, 'created').content).not.toContain('It keeps');
  });

  it('tells whether others go on watching', () => {
    expect(watchRemovedView(watch, 'stopped').content).toContain('stops scanning');
    expect(watchRemovedView(watch, 'left').content).toContain('Others still watch');
  });

  const scanned = { ...watch, lastScannedTs: FIRED_AT };

  it('lists watches with the close of the last candle scanned, and the channel once', () => {
    expect(watchListView([watch]).embeds[0]?.description).toContain('not scanned yet');
    expect(watchListView([scanned, scanned]).embeds[0]?.description).toBe(
      [
        `**NVDA 5m** · last candle <t:${FIRED_AT / 1000 + 300}:R>`,
        `**NVDA 5m** · last candle <t:${FIRED_AT / 1000 + 300}:R>`,
        '',
        'Cards go to <#21>.',
      ].join('\n'),
    );
  });

  it('says of a watch in a list what was chosen, and its channel where they differ', () => {
    const chosen = { ...watch, params: { ...watch.params, sides: ['short'] as const }, channelId: '22' };

    expect(watchListView([watch, chosen]).embeds[0]?.description).toBe(
      '**NVDA 5m** · not scanned yet · cards in <#21>\n**NVDA 5m** · not scanned yet · short only · cards in <#22>',
    );
  });

  it('says what to do when nothing is watched, and fits however much is', () => {
    expect(watchListView([]).embeds[0]?.description).toContain('/watch add');
    expectWithinLimits(watchListView(Array.from({ length: 200 }, () => scanned)));
  });
});

describe('detectorStatsView', () => {
  function aStat(n: number, overrides: Partial<DetectorStat> = {}): DetectorStat {
    const sums = {
      n,
      tp1First: Math.floor(n / 2),
      hitTp1: 10,
      secondsToTp1: 27_000,
      retClose: 0.0012 * n,
      medianReturn: -0.0005,
      maxRunUp: 0.008 * n,
      maxDrawdown: -0.006 * n,
      withR: n,
      sumR: 0.12 * n,
    };
    return {
      detectorId: 'breakout_v1',
      detectorVersion: '1',
      timeframe: '5m',
      side: 'long',
      horizonBars: 20,
      n,
      gappedAway: 0,
      result: detectorResult(sums, 'long'),
      ...overrides,
    };
  }

  it('never gives a rate without its number, its interval and what random moments gave', () => {
    const { description } = detectorStatsView([aStat(100)], 20).embeds[0] ?? {};

    expect(description).toContain('Random moments: not sampled yet, so no lift.');
    expect(description).toContain(
      '**breakout** · 5m\n🟢 LONG 50 of 100: **50\u00a0%** (likely 40 to 60\u00a0%)',
    );
    expect(description).toContain('return: mean +0.12\u00a0%, median −0.05\u00a0%');
    expect(description).toContain(
      '+0.12\u00a0R a trade · on the way +0.80\u00a0% and −0.60\u00a0% · TP1 after 45 min',
    );
  });

  it('puts both sides of a detector into one block', () => {
    const stats = [aStat(100), aStat(40, { side: 'short' }), aStat(50, { timeframe: '15m' })];

    const { description } = detectorStatsView(stats, 20).embeds[0] ?? {};

    expect(description?.match(/\*\*breakout\*\* · \w+/g)).toEqual([
      '**breakout** · 5m',
      '**breakout** · 15m',
    ]);
    expect(description).toMatch(/LONG 50 of 100.*\n(-# .*\n){2}🔴 SHORT 20 of 40/);
  });

  it('names the version of a detector that is no longer the newest', () => {
    const { description } = detectorStatsView([aStat(100, { detectorVersion: '0' })], 20).embeds[0] ?? {};

    expect(description).toContain('**breakout** version 0 · 5m');
  });

  it('gives the lift once random moments are known', () => {
    const { result } = aStat(100);
    if (result === null) throw new Error('a hundred signals are enough');
    const baseline = { n: 400, share: 0.4, interval: { low: 0.35, high: 0.45 } };
    const lift = {
      baseline: 0.42,
      baselineInterval: { low: 0.36, high: 0.47 },
      ratio: 1.19,
      edge: 0.08,
      edgeInterval: { low: -0.021, high: 0.17 },
      days: 40,
    };
    const told = (known: typeof lift | null) =>
      detectorStatsView([aStat(100, { result: { ...result, baseline, lift: known } })], 20).embeds[0]
        ?.description;

    expect(told(lift)).toContain('400 random moments: 42\u00a0% (likely 36 to 47\u00a0%)');
    expect(told(lift)).toContain('lift 1.19 × · +8.0 points (likely −2.1 to +17.0)');
    expect(told(lift)).not.toContain('not sampled');
    expect(told(null)).toContain(
      '400 random moments: 40\u00a0% (likely 35 to 45\u00a0%)\n-# too few days for a lift',
    );
  });

  it('says of one detector that it has too few random moments when others have enough', () => {
    const { result } = aStat(100);
    if (result === null) throw new Error('a hundred signals are enough');
    const known = { ...result, baseline: { n: 400, share: 0.4, interval: { low: 0.35, high: 0.45 } } };
    const stats = [aStat(100, { result: known }), aStat(100, { side: 'short' })];

    const { description } = detectorStatsView(stats, 20).embeds[0] ?? {};

    expect(description).toMatch(/SHORT 50 of 100.*\n-# random moments: too few yet, so no lift/);
  });

  it('says how many could not be entered, and that a horizon ends with the session', () => {
    const view = detectorStatsView([aStat(100, { gappedAway: 7 })], 0);

    expect(view.embeds[0]?.title).toBe('TP1 before the stop, to the close');
    expect(view.embeds[0]?.description).toContain('7 more gapped away before the entry');
  });

  it('gives no rate under thirty signals', () => {
    const { description } = detectorStatsView([aStat(29)], 20).embeds[0] ?? {};

    expect(description).toContain('29 signals: too few to say');
    expect(description).not.toContain('%');
  });

  it('says so when nothing is labelled', () => {
    expect(detectorStatsView([], 20).embeds[0]?.description).toContain('No outcome is known');
  });

  it('stays within Discord’s limits and within a phone’s width', () => {
    const view = detectorStatsView(
      Array.from({ length: 100 }, () => aStat(1234)),
      20,
    );

    expectWithinLimits(view);
    for (const line of view.embeds[0]?.description?.split('\n') ?? [])
      expect(line.replace(/^-# |\*\*/g, '').length).toBeLessThanOrEqual(48);
  });
});

function aModel(): Model {
  return {
    name: 'ml_first',
    version: '1',
    state: 'shadow',
    threshold: 0.6,
    card: {
      inputs: [],
      output: 'score',
      featureVersion: 1,
      timeframes: ['5m'],
      sides: ['long'],
      trainedThrough: 0,
      threshold: null,
    },
    expiresAt: null,
    sha256: '',
    addedAt: 0,
    failure: null,
  };
}

describe('statusView', () => {
  const status: Status = {
    now: FIRED_AT,
    origin: 'live',
    codeVersion: 'abc1234',
    database: { version: '18.4', timescale: null, embedded: true },
    watches: 1,
    lastScan: null,
    lastLabelling: null,
    lastVerification: null,
    lastBackup: null,
    processes: [],
    alarms: [],
    models: [],
    cards: {
      pending: 1,
      sending: 1,
      sent: 5,
      failed: 0,
      suppressed: 2,
      new: 0,
      held: 0,
      listed: 0,
      oldestPendingAt: FIRED_AT - 120_000,
    },
    totals: { signals: 7, outcomes: 12, decisions: 3, candles: 900, quoteFill: 0.5, unlabelled: 4 },
    lacking: { series: 0, candles: 0, since: null },
    rejected: { off_grid: 3, duplicate: 0 },
    mirror: {
      mode: 'off',
      since: null,
      waiting: 0,
      oldestAt: null,
      refused: 0,
      attempts: 0,
      lastError: null,
    },
    nullShares: { rsi14: 0, spread_bps: 1, vix_level: 0.25 },
  };

  function text(overrides: Partial<Status> = {}): string {
    const view = statusView({ ...status, ...overrides });
    expectWithinLimits(view);
    const [embed] = view.embeds;
    return [embed?.description, ...(embed?.fields ?? []).map(({ name, value }) => `${name}\n${value}`)].join(
      '\n',
    );
  }

  it('says what a person should look at first, and since when', () => {
    const late = (subject: string) => ({ kind: 'scan_late', subject, raisedAt: FIRED_AT - 60_000 }) as const;

    const said = text({ alarms: [late('AAPL 5m'), late('NVDA 1h'), { ...late(''), kind: 'backup_late' }] });

    expect(said).toMatch(/To look at\nscan late: AAPL 5m, NVDA 1h · since <t:\d+:R>\nbackup late · since/);
    expect(text()).not.toContain('To look at');
  });

  it('says how old the newest backup is, and whether it failed', () => {
    const run = {
      startedAt: FIRED_AT - 9000,
      finishedAt: FIRED_AT - 8000,
      counts: { rows: 1234 },
      errors: [],
    };

    expect(text()).toContain('Backup: none yet');
    expect(text({ lastBackup: run })).toMatch(/Backup: <t:\d+:R> · 1,234 rows/);
    expect(text({ lastBackup: { ...run, errors: ['disk full'] } })).toContain('disk full');
  });

  it('names the processes where there are several, and which is connected', () => {
    const one = {
      id: 'a',
      roles: ['bot'],
      host: 'left',
      codeVersion: '1',
      startedAt: 0,
      seenAt: 0,
      gateway: true,
    } as const;
    const other = { ...one, id: 'b', roles: ['scanner', 'labeler'], host: 'right', gateway: false } as const;

    expect(text({ processes: [one, other] })).toMatch(
      /bot on left since <t:0:R> · connected to Discord\nscanner, labeler on right since <t:0:R>(\n|$)/,
    );
    expect(text({ processes: [one] })).not.toContain('on left');
  });

  it('says whether the market is live and TimescaleDB is there', () => {
    expect(text()).toContain('Live market. 1 watch.');
    expect(text()).toContain('TimescaleDB is absent');
    expect(text({ origin: 'sandbox', watches: 2 })).toContain('not the live market. 2 watches.');
    expect(text({ database: { version: '15', timescale: '2.28.3', embedded: false } })).toContain(
      'TimescaleDB 2.28.3',
    );
  });

  it('shows what waits, and for how long', () => {
    expect(text()).toContain('5 sent · 2 waiting, the oldest for 2 min');
  });

  it('warns only of what failed', () => {
    expect(text()).not.toContain('⚠️');
    expect(text({ cards: { ...status.cards, failed: 1 } })).toContain('⚠️ 1 failed');
  });

  it('tells the last run with its counts and its first error', () => {
    const lastScan = {
      startedAt: FIRED_AT,
      finishedAt: FIRED_AT + 2000,
      counts: { candles: 8, inserted: 1417, changed: 0, signals: 1, 'rejected.off_grid': 2 },
      errors: ['ABC: no data'],
    };

    expect(text({ lastScan })).toContain(
      `Scan: <t:${FIRED_AT / 1000 + 2}:R> · 8 candles, 1,417 stored, 2 rejected, 1 signal · ⚠️ 1 error: ABC: no data`,
    );
    expect(text({ lastScan: { ...lastScan, finishedAt: FIRED_AT + 20_000 } })).toContain('· took 20 s · 8');
    expect(text({ lastScan: { ...lastScan, finishedAt: null } })).toContain('Scan: running since');
    expect(text()).toContain('Scan: none yet');
  });

  it('tells of models, and warns of those that do not run', () => {
    const model = { ...aModel(), expiresAt: FIRED_AT };

    expect(text()).not.toContain('Models');
    expect(text({ models: [{ ...aModel(), health: 'shadow' }] })).toContain(
      'Models\nml_first version 1: shadow',
    );
    expect(text({ models: [{ ...model, health: 'expired' }] })).toContain(
      '⚠️ ml_first version 1: expired · since',
    );
    const broken = { ...aModel(), health: 'broken', failure: 'no ONNX model' } as const;
    expect(text({ models: [broken] })).toContain('⚠️ ml_first version 1: broken: no ONNX model');
  });

  it('tells other runs in words, and only of what there was', () => {
    const run = { startedAt: 0, finishedAt: FIRED_AT, errors: [] };
    const lastLabelling = { ...run, counts: { series: 9, outcomes: 1200, invalidEntry: 0, pending: 1 } };
    const lastVerification = { ...run, counts: { candles: 2000, labels: 1, differences: 0 } };

    const told = text({ lastLabelling, lastVerification });

    expect(told).toContain('9 series, 1,200 new outcomes, 1 needs more candles\n');
    expect(told).toContain('2,000 candles, 1 label\n');
  });

  it('tells what was rejected and which features are missing, worst first', () => {
    expect(text()).toContain(
      'Data\nCandles rejected in 24 hours: 3 off grid\nMissing in the newest signals:\nspread 100\u00a0%\nVIX 25\u00a0%',
    );
    expect(text({ nullShares: { multi_tf_confirmation: 1 } })).toContain(
      'trend of larger candles 100\u00a0%',
    );
    expect(text({ nullShares: {}, rejected: {} })).toContain('Data\nNothing missing, nothing rejected.');
  });

  it('tells first of candles that are absent', () => {
    expect(text({ lacking: { series: 2, candles: 14, since: FIRED_AT - 60_000 } })).toMatch(
      /⚠️ 14 candles are absent in 2 series, the oldest known <t:\d+:R>: oracore gaps\n/,
    );
  });

  it('separates thousands', () => {
    expect(text({ totals: { ...status.totals, candles: 1_234_567 } })).toContain('1,234,567 candles');
  });

  it('stays within Discord’s limits when a run failed at length', () => {
    text({
      lastScan: { startedAt: 0, finishedAt: 1, counts: {}, errors: ['x'.repeat(5000)] },
      nullShares: Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [`a_feature_with_a_name_${i}`, 1]),
      ),
    });
  });
});

describe('auditView', () => {
  it('tells instants as times, lists as words, and leaves out what is empty', () => {
    const details = { id: 4, until: FIRED_AT, added: [2, 3], voided: [], reason: null };

    const [embed] = auditView([
      { id: 1, at: FIRED_AT, actor: 'ann', action: 'mute', target: 'BA', details },
    ]).embeds;

    expect(embed?.description).toMatch(/· id 4, until <t:\d+:f> \(10:05 ET\), added 2, 3$/);
  });
});

describe('helpView', () => {
  const all = Object.values(commands).map(({ data }) => data.toJSON());
  const trader = { mayTrade: true, maySetUp: false, alertChannelId: '21' };
  const steps = (who: typeof trader) => helpView(all, who).embeds[1]?.description ?? '';
  const listed = helpView(all, trader).embeds[0]?.description ?? '';

  it('teaches a trader the first day, and says where cards come', () => {
    expect(steps(trader)).toMatch(/^Cards come in <#21>\.\n\*\*Your first day\*\*\n1\. `\/watch add`/);
    expect(steps(trader)).toMatch(
      /\*\*Enter\*\*[\s\S]*\*\*Ignore\*\*[\s\S]*\*\*Watch\*\*[\s\S]*\*\*Snooze\*\*[\s\S]*\*\*Mute\*\*/,
    );
    expect(steps(trader)).not.toContain('/setup');
  });

  it('teaches an administrator to set the desk up, and explains the buttons only to traders', () => {
    const administrator = { ...trader, mayTrade: false, maySetUp: true };

    expect(steps(administrator)).toContain('1. `/setup`: choose the trader and administrator roles');
    expect(steps(administrator)).not.toContain('**Enter**');
    expect(steps({ ...trader, mayTrade: false })).toContain('you need the trader role');
  });

  it('lists every command, subcommands one by one, what is needed first coming first', () => {
    const place = (text: string) => listed.indexOf(text);

    expect(listed).toContain('`/watch add` Scan a ticker at every candle close');
    expect(listed).toContain('`/status` See how the desk is doing');
    expect(listed).not.toContain('`/watch` ');
    expect(listed).not.toContain('… and');
    expect(place('/signals')).toBeGreaterThan(place('`/watch list`'));
    expect(place('/chart')).toBeGreaterThan(place('/journal'));
    expect(place('/help')).toBeGreaterThan(place('/status'));
    expectWithinLimits(helpView(all, trader));
  });
});

describe('labelResultView', () => {
  const result = {
    series: 3,
    outcomes: 40,
    invalidEntry: 4,
    dataMissing: 1,
    pending: 2,
    failures: ['SPY 5m: no candles'],
  };

  it('says what was written, what was not measured, what waits and what failed', () => {
    expect(labelResultView(result, { dryRun: false }).content).toBe(
      'Labelled 3 series: 40 new outcomes (4 opened beyond the stop or TP1, 1 can never be known); ' +
        '2 need more candles first.\n⚠️ SPY 5m: no candles',
    );
  });

  it('says that a dry run wrote nothing', () => {
    const { content } = labelResultView({ ...result, invalidEntry: 0, dataMissing: 0 }, { dryRun: true });

    expect(content).toContain('Nothing was written. A labelling would take up 3 series: 40 new outcomes;');
  });
});
