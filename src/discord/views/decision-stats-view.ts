import type { APIEmbed } from 'discord.js';
import type { DecisionStats, Slippage, Worth } from '../../domain/decision-stats.ts';
import { IGNORE_REASONS } from '../../domain/entry.ts';
import type { Figure } from '../../domain/figure.ts';
import { describeRate } from '../../domain/stats.ts';
import { REASON_WORDS } from './reason-rows.ts';
import { NBSP, signedR } from './signed.ts';
import { counted, decisionFigure } from './stats-figures.ts';
import { clipLines } from './words.ts';

/** The pages of `/stats decisions`, in the order of their buttons. */
export const DECISION_PAGES = ['Team', 'People', 'Reasons and speed'] as const;

const LATENCIES: Readonly<Record<number, string>> = {
  '-1': 'time unknown',
  0: 'under 30 s',
  1: '30 s to 2 min',
  2: '2 to 10 min',
  3: 'later',
};

/** What a page about decisions says and shows; `page` from 1. */
export function decisionPage(
  stats: DecisionStats,
  about: { readonly page: number; readonly period: string; readonly horizonBars: number },
): { readonly embed: APIEmbed; readonly figure: Figure | null } {
  const { page, period, horizonBars } = about;
  const title = `What you did with the cards, ${period}`;
  const cards = Object.values(stats.team).reduce((sum, worth) => sum + worth.cards, 0);
  if (cards === 0) {
    return { embed: { title, description: 'No card was shown in this time.' }, figure: null };
  }
  const lines = page === 2 ? peopleLines(stats) : page === 3 ? reasonLines(stats) : teamLines(stats, cards);
  const text = `Counted in cards, within ${horizonBars} candles. 1${NBSP}R is the 1${NBSP}% stop; a plan leaves at TP1 (+1.5${NBSP}R), at the stop, or at the end.`;
  return {
    embed: { title, description: clipLines(lines, 4096), footer: { text } },
    figure: page === 1 ? decisionFigure(stats, 'What each answer was worth') : null,
  };
}

function teamLines({ team, missedR, dodgedR }: DecisionStats, cards: number): string[] {
  const blocks = (
    [
      ['Entered', team.enter],
      ['Ignored', team.ignore],
      ['Watched', team.watch],
      ['Snoozed', team.snooze],
      ['No answer', team.none],
    ] as const
  ).filter(([, worth]) => worth.cards > 0);
  return [
    `${counted(cards, 'card')} shown. Not entered: **missed ${missedR.toFixed(1)} R** of gains, **dodged ${dodgedR.toFixed(1)} R** of losses.`,
    '',
    ...blocks.flatMap(([name, worth]) => worthLines(name, worth)),
  ];
}

function worthLines(name: string, worth: Worth): string[] {
  const { cards, labelled, gained, sumR } = worth;
  if (labelled === 0) return [`**${name}** ${counted(cards, 'card')}, no outcome known yet`];
  return [
    `**${name}** ${counted(cards, 'card')}: ${signedR(sumR)} over ${labelled} with an outcome`,
    `-# gained ${describeRate(gained, labelled)}`,
  ];
}

function peopleLines({ people }: DecisionStats): string[] {
  if (people.length === 0) return ['Nobody decided about a card in this time.'];
  return people.flatMap(({ userId, entered, ignored, others }) => [
    `<@${userId}> entered ${entered.cards}, ignored ${ignored.cards}, watched or snoozed ${others}`,
    `-# ${worthList({ entered, ignored })}`,
  ]);
}

/** What was done at all, with what it was worth. */
function worthList(worths: Readonly<Record<string, Worth>>): string {
  const done = Object.entries(worths).filter(([, { cards }]) => cards > 0);
  if (done.length === 0) return 'entered and ignored nothing';
  return done.map(([name, worth]) => `${name} ${worthWords(worth)}`).join(' · ');
}

function reasonLines({ reasons, latency, toClick, toFill }: DecisionStats): string[] {
  return [
    '**Why cards were ignored**',
    ...(reasons.length === 0
      ? ['Nothing was ignored.']
      : reasons.map(({ reason, worth }) => `${reasonWords(reason)}: ${worth.cards}, ${worthWords(worth)}`)),
    '',
    '**How fast entries were**',
    ...(latency.length === 0
      ? ['Nothing was entered.']
      : latency.map(
          ({ latency: bucket, worth }) => `${LATENCIES[bucket] ?? ''}: ${worth.cards}, ${worthWords(worth)}`,
        )),
    '',
    '**How far the price had gone**',
    `alert to click: ${slipWords(toClick)}`,
    `alert to fill: ${slipWords(toFill)}`,
  ];
}

function reasonWords(reason: string): string {
  if (reason === '') return 'no reason given';
  const known = IGNORE_REASONS.find((each) => each === reason);
  return known === undefined ? reason : REASON_WORDS[known].toLowerCase();
}

function worthWords({ labelled, sumR }: Worth): string {
  return labelled === 0 ? 'no outcome known yet' : `${signedR(sumR)} over ${labelled}`;
}

function slipWords({ n, meanBps }: Slippage): string {
  if (meanBps === null) return 'nothing to measure yet';
  const size = (Math.abs(meanBps) / 100).toFixed(2);
  const words = size === '0.00' ? 'no worse' : `${size}${NBSP}% ${meanBps > 0 ? 'worse' : 'better'}`;
  return `${words} on average, N = ${n}`;
}
