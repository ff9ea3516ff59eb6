import type { Services } from '../app/services.ts';
import { readDecisionStats } from '../app/stats/read-decision-stats.ts';
import { readJournalStats } from '../app/stats/read-journal-stats.ts';
import type { Figure } from '../domain/figure.ts';
import { type PeriodName, STATS_PERIODS } from '../domain/stats-period.ts';
import { DECISION_PAGES, decisionPage } from './views/decision-stats-view.ts';
import { JOURNAL_PAGES, journalPage } from './views/journal-stats-view.ts';
import { PERIOD_WORDS, statsPageView } from './views/stats-pages.ts';

/** What a button of statistics asks for. */
export interface StatsAsk {
  readonly period: PeriodName;
  /** 0 where there is none. */
  readonly horizonBars: number;
  /** From 1. */
  readonly page: number;
}

/** All of it in the id of a button: horizon, period, page. */
export function packAsk({ period, horizonBars, page }: StatsAsk): number {
  return (horizonBars * 10 + STATS_PERIODS.indexOf(period)) * 10 + page;
}

export function unpackAsk(id: number): StatsAsk {
  const rest = Math.floor(id / 10);
  return {
    page: id % 10,
    period: STATS_PERIODS[rest % 10] ?? 'all',
    horizonBars: Math.floor(rest / 10),
  };
}

/** A page of one person's trading statistics. */
export async function showJournalStats(
  services: Services,
  ask: StatsAsk & { readonly traderId: string; readonly now: number },
) {
  const { traderId, period, page, now } = ask;
  const stats = await readJournalStats(services, { traderId, period, now });
  const { embed, figure } = journalPage(stats, { page, period: PERIOD_WORDS[period], now });
  return statsPageView(await drawn(services, embed, figure), {
    names: JOURNAL_PAGES,
    shown: page,
    button: 'stats:journal',
    idOf: (to) => packAsk({ ...ask, page: to }),
  });
}

/** A page about what the team did with its cards. */
export async function showDecisionStats(services: Services, ask: StatsAsk & { readonly now: number }) {
  const { period, page, horizonBars, now } = ask;
  const stats = await readDecisionStats(services, { horizonBars, period, now });
  const { embed, figure } = decisionPage(stats, { page, period: PERIOD_WORDS[period], horizonBars });
  return statsPageView(await drawn(services, embed, figure), {
    names: DECISION_PAGES,
    shown: page,
    button: 'stats:decisions',
    idOf: (to) => packAsk({ ...ask, page: to }),
  });
}

/** A page without its picture is better than none. */
async function drawn<Embed>(services: Services, embed: Embed, figure: Figure | null) {
  if (figure === null) return { embed, png: null, alt: '' };
  const alt = `${figure.title}: ${figure.value}`;
  try {
    return { embed, png: await services.charts.draw(figure), alt };
  } catch (error) {
    services.log.error({ error, figure: figure.title }, 'figure failed');
    return { embed, png: null, alt };
  }
}
