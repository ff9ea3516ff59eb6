import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Condition, isLate } from '../app/ops/read-condition.ts';
import type { MarketSource, QuoteSource, Stores } from '../app/ports.ts';
import type { Telemetry } from '../app/telemetry.ts';
import { ALARM_KINDS } from '../domain/alarm.ts';
import { OraError } from '../domain/errors.ts';
import { ROLES } from '../domain/roles.ts';

/** Seconds; people wait for these. */
const ANSWER_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 3];
/** Seconds; machines do. */
const WORK_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 300];

/** What Prometheus is told. */
export interface Metrics {
  readonly telemetry: Telemetry;
  /** The same source, counted and timed. */
  measureMarket(market: MarketSource & QuoteSource): MarketSource & QuoteSource;
  /** The same stores, with the time from a decision's arrival to its commit. */
  measureStores(stores: Stores): Stores;
  /**
   * All of it as Prometheus reads it.
   * @param read how the desk fares; when that fails, the database is down and what it would say is left out.
   */
  text(desk: {
    readonly read: () => Promise<Condition>;
    readonly isGateway: boolean;
  }): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Counts begin at 0 with the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const jobs = new Histogram({
    name: 'oracore_job_seconds',
    help: 'How long a round of a job took',
    labelNames: ['job'],
    buckets: WORK_BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: 'oracore_job_failures_total',
    help: 'Rounds of a job that failed as a whole',
    labelNames: ['job'],
    registers,
  });
  const interactions = new Histogram({
    name: 'oracore_interaction_seconds',
    help: 'From the arrival of a command or click to its last answer',
    labelNames: ['name'],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const decisions = new Histogram({
    name: 'oracore_decision_seconds',
    help: 'From the arrival of a decision at the database to its commit',
    labelNames: ['action'],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const requests = new Histogram({
    name: 'oracore_provider_seconds',
    help: 'Requests to the source of market data; the outcome is ok or the kind of failure',
    labelNames: ['source', 'outcome'],
    buckets: WORK_BUCKETS,
    registers,
  });
  const up = new Gauge({ name: 'oracore_database_up', help: '1 when the database answers', registers });
  const gateway = new Gauge({
    name: 'oracore_gateway',
    help: '1 when this process is the one that is connected to Discord',
    registers,
  });

  return {
    telemetry: {
      jobDone(job, { ms, failed }) {
        jobs.observe({ job }, ms / 1000);
        failures.inc({ job }, failed ? 1 : 0);
      },
      interactionDone: (name, ms) => interactions.observe({ name }, ms / 1000),
    },
    measureMarket: (market) => ({
      ...market,
      fetch: async (request) => {
        const done = requests.startTimer({ source: market.name });
        try {
          const series = await market.fetch(request);
          done({ outcome: 'ok' });
          return series;
        } catch (error) {
          done({ outcome: error instanceof OraError ? error.code : 'error' });
          throw error;
        }
      },
    }),
    measureStores: (stores) => ({
      ...stores,
      decisions: {
        record: (decision) => timed(decisions, decision.action, () => stores.decisions.record(decision)),
        enter: (decision, entry) => timed(decisions, 'enter', () => stores.decisions.enter(decision, entry)),
      },
    }),
    async text({ read, isGateway }) {
      const condition = await read().catch(() => null);
      up.set(condition === null ? 0 : 1);
      gateway.set(isGateway ? 1 : 0);
      const body = await registry.metrics();
      const more = condition === null ? '' : `\n${await conditionText(condition)}`;
      return { contentType: registry.contentType, body: body + more };
    },
  };
}

async function timed<T>(histogram: Histogram<'action'>, action: string, work: () => Promise<T>): Promise<T> {
  const done = histogram.startTimer({ action });
  try {
    return await work();
  } finally {
    done();
  }
}

/** What is read from the database at each request: the same from whichever process is asked, and gone with it. */
function conditionText({ now, watches, backlog, ...rest }: Condition): Promise<string> {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `oracore_${name}`, help, labelNames, registers: [registry] });
  const age = (since: number | null): number => (since === null ? 0 : Math.max(0, now - since) / 1000);

  const lags = watches.map(({ timeframe, dueAt }) => ({ timeframe, lag: age(dueAt) }));
  gauge('scan_lag_seconds', 'How long the candle that waits longest should have been scanned').set(
    Math.max(0, ...lags.map(({ lag }) => lag)),
  );
  const unscanned = gauge('oldest_unscanned_seconds', 'The same for each timeframe', 'timeframe');
  for (const [timeframe, group] of Map.groupBy(lags, (each) => each.timeframe))
    unscanned.set({ timeframe }, Math.max(...group.map(({ lag }) => lag)));
  const late = watches.filter((watch) => isLate(watch, now)).length;
  const states = gauge('watches', 'Active watches', 'state');
  states.set({ state: 'late' }, late);
  states.set({ state: 'on_time' }, watches.length - late);

  gauge('oldest_unlabelled_seconds', 'Age of the oldest signal of a month without any label').set(
    age(backlog.oldestUnlabelledAt),
  );
  const waiting = gauge('outbox_waiting', 'Cards and messages that are due and not posted', 'kind');
  const waitingFor = gauge('outbox_oldest_seconds', 'How long the oldest of them has been due', 'kind');
  for (const [kind, queue] of [
    ['card', backlog.cards],
    ['message', backlog.messages],
  ] as const) {
    waiting.set({ kind }, queue.waiting);
    waitingFor.set({ kind }, age(queue.oldestDueAt));
  }

  const { mirror } = rest;
  gauge('mirror_waiting', 'Events that the old MongoDB is owed').set(mirror.waiting);
  gauge('mirror_oldest_seconds', 'How long the oldest of them has been waiting').set(age(mirror.oldestAt));
  gauge('mirror_refused', 'Events that the old MongoDB refused for good').set(mirror.refused);

  gauge('candles_lacking', 'Candles that should be there and are not, as of the last check').set(
    rest.lacking.candles,
  );
  gauge('candles_lacking_seconds', 'How long the oldest of them has been known').set(age(rest.lacking.since));

  const processes = gauge('processes', 'Processes that were seen in half a minute', 'role');
  for (const role of ROLES)
    processes.set({ role }, rest.processes.filter(({ roles }) => roles.includes(role)).length);
  const alarms = gauge('alarms', 'Alarms that last', 'kind');
  for (const kind of ALARM_KINDS)
    alarms.set({ kind }, rest.alarms.filter((alarm) => alarm.kind === kind).length);
  if (rest.lastBackup.at !== null)
    gauge('backup_age_seconds', 'Age of the newest backup that came about').set(age(rest.lastBackup.at));
  return registry.metrics();
}
