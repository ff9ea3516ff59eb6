import type { Retention } from '../../domain/retention.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';

const DAY = 86_400_000;

export interface DroppedCandles {
  readonly series: number;
  readonly candles: number;
  /** Series that keep more than they were told to, because signals wait for labels there. */
  readonly heldBack: number;
}

/**
 * Drops candles that are older than the desk was told to keep, with their coverage, so that what is gone is
 * unknown and not untraded. Signals, decisions and outcomes stay for ever; so do candles that a signal or
 * baseline without all its labels may need. Each run that drops something is in the audit log.
 */
export async function dropOldCandles(
  deps: Pick<Services, 'stores' | 'log' | 'settings'>,
  { now }: { readonly now: number },
): Promise<DroppedCandles> {
  const keep: Retention = deps.settings.retention ?? {};
  const total = { series: 0, candles: 0, heldBack: 0 };
  if (Object.keys(keep).length === 0) return total;
  const { candles: store, audit } = deps.stores;
  return underRun(deps, { kind: 'retention', startedAt: now }, async (_runId, tally) => {
    for (const series of await store.series()) {
      const days = daysOf(keep, series.timeframe);
      if (days === null) continue;
      const wanted = startOfDay(now - days * DAY);
      const needed = await store.neededFrom(series.ticker);
      // The candle that triggered a signal lies before it; its session is kept whole.
      const before = Math.min(wanted, needed === null ? wanted : startOfDay(needed - DAY));
      const dropped = await store.drop(series, before, now);
      if (before < wanted) total.heldBack += 1;
      if (dropped > 0) total.series += 1;
      total.candles += dropped;
    }
    for (const [name, number] of Object.entries(total)) count(tally, name, number);
    deps.log.info({ ...total, keep }, 'old candles dropped');
    if (total.candles > 0) {
      const details = { ...total, keep };
      await audit.write({
        at: now,
        actor: 'retention',
        action: 'candles_dropped',
        target: 'candles',
        details,
      });
    }
    return total;
  });
}

function daysOf(keep: Retention, timeframe: Timeframe): number | null {
  return timeframe === '1d' ? null : (keep[timeframe] ?? null);
}

/** In UTC, when no session is near. */
function startOfDay(ms: number): number {
  return Math.floor(ms / DAY) * DAY;
}
