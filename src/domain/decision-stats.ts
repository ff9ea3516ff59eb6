import type { DecisionAction } from './card.ts';
import { type Rate, rateOf } from './stats.ts';

/** What was done about cards, and what they were worth: a group of them, summed. */
export interface DecidedCards {
  /** Empty for the team. */
  readonly person: string;
  readonly answer: DecisionAction | 'none';
  readonly latency: number;
  readonly reason: string;
  readonly cards: number;
  readonly labelled: number;
  readonly won: number;
  readonly gainR: number;
  readonly lossR: number;
  readonly clicks: number;
  readonly clickBps: number;
  readonly fills: number;
  readonly fillBps: number;
}

/** What some cards were worth to a plan that leaves at TP1, at the stop, or at the horizon's end. */
export interface Worth {
  /** Cards that were shown. */
  readonly cards: number;
  /** Of these with an outcome. */
  readonly labelled: number;
  /** Share that gained; null under 30 outcomes. */
  readonly gained: Rate | null;
  /** In total. */
  readonly sumR: number;
  /** What gained and what lost, R in total; the second is negative. */
  readonly gainR: number;
  readonly lossR: number;
}

export interface Slippage {
  readonly n: number;
  /** Mean, basis points worse than the alert's price; null without any. */
  readonly meanBps: number | null;
}

export interface DecisionStats {
  /** By the team's answer; each card counts once. */
  readonly team: Readonly<Record<DecisionAction | 'none', Worth>>;
  /** What was ignored or left unanswered would have gained (missed) and lost (dodged), R. */
  readonly missedR: number;
  readonly dodgedR: number;
  /** By person, the one with the most cards first. */
  readonly people: readonly {
    readonly userId: string;
    readonly entered: Worth;
    readonly ignored: Worth;
    readonly others: number;
  }[];
  /** Ignored cards by reason, the most frequent first; empty text where none was given. */
  readonly reasons: readonly { readonly reason: string; readonly worth: Worth }[];
  /** Entered cards by how long the click took, shortest first. */
  readonly latency: readonly { readonly latency: number; readonly worth: Worth }[];
  readonly toClick: Slippage;
  readonly toFill: Slippage;
}

/** Puts summed cards together. A person's rows and the team's are never added to each other. */
export function decisionStats(rows: readonly DecidedCards[]): DecisionStats {
  const team = rows.filter(({ person }) => person === '');
  const personal = rows.filter(({ person }) => person !== '');
  const answered = (answer: DecidedCards['answer']) => worthOf(team.filter((row) => row.answer === answer));
  const byTeam = {
    enter: answered('enter'),
    ignore: answered('ignore'),
    watch: answered('watch'),
    snooze: answered('snooze'),
    none: answered('none'),
  };
  const left = Object.entries(byTeam).filter(([answer]) => answer !== 'enter');
  return {
    team: byTeam,
    missedR: sum(left.map(([, { gainR }]) => gainR)),
    dodgedR: 0 - sum(left.map(([, { lossR }]) => lossR)),
    people: peopleOf(personal),
    reasons: groups(
      personal.filter(({ answer }) => answer === 'ignore'),
      ({ reason }) => reason,
    )
      .map(([reason, own]) => ({ reason, worth: worthOf(own) }))
      .toSorted((a, b) => b.worth.cards - a.worth.cards),
    latency: groups(
      personal.filter(({ answer }) => answer === 'enter'),
      ({ latency }) => latency,
    )
      .map(([latency, own]) => ({ latency, worth: worthOf(own) }))
      .toSorted((a, b) => a.latency - b.latency),
    toClick: slippage(personal, 'clicks', 'clickBps'),
    toFill: slippage(personal, 'fills', 'fillBps'),
  };
}

function peopleOf(rows: readonly DecidedCards[]): DecisionStats['people'] {
  return groups(rows, ({ person }) => person)
    .map(([userId, own]) => {
      const [entered, ignored] = (['enter', 'ignore'] as const).map((answer) =>
        worthOf(own.filter((row) => row.answer === answer)),
      );
      const cards = sum(own.map((row) => row.cards));
      const none = worthOf([]);
      const others = cards - (entered?.cards ?? 0) - (ignored?.cards ?? 0);
      return { userId, entered: entered ?? none, ignored: ignored ?? none, others, cards };
    })
    .toSorted((a, b) => b.cards - a.cards)
    .map(({ cards: _, ...person }) => person);
}

function worthOf(rows: readonly DecidedCards[]): Worth {
  const labelled = sum(rows.map((row) => row.labelled));
  const gainR = sum(rows.map((row) => row.gainR));
  const lossR = sum(rows.map((row) => row.lossR));
  return {
    cards: sum(rows.map((row) => row.cards)),
    labelled,
    gained: rateOf(sum(rows.map((row) => row.won)), labelled),
    sumR: gainR + lossR,
    gainR,
    lossR,
  };
}

function slippage(
  rows: readonly DecidedCards[],
  count: 'clicks' | 'fills',
  bps: 'clickBps' | 'fillBps',
): Slippage {
  const n = sum(rows.map((row) => row[count]));
  return { n, meanBps: n === 0 ? null : sum(rows.map((row) => row[bps])) / n };
}

function groups<Key>(
  rows: readonly DecidedCards[],
  keyOf: (row: DecidedCards) => Key,
): [Key, DecidedCards[]][] {
  return [...Map.groupBy(rows, keyOf)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
