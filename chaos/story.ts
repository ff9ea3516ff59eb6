import { cardIdOf, cardMessages, type Scene } from './scene.ts';

/** What there is on the desk, by names that do not depend on when it was written. */
export interface Story {
  /** Each signal. */
  readonly signals: readonly string[];
  /** Each card, with its state. */
  readonly cards: readonly {
    readonly name: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
}

/** Where a desk differs from the undisturbed one. */
export interface Difference {
  /** Signals, cards, messages and decisions that are not there; each by name. */
  readonly lost: readonly string[];
  /** What is there twice, or was never due. */
  readonly doubled: readonly string[];
  /** Cards that the fault kept until they were too old to act on: stored, labelled, not posted. */
  readonly late: number;
}

interface CardRow {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly alerts: number;
  readonly undelivered: number;
}

const NAME = `s.ticker || ' ' || to_char(x.fired_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') || ' ' || x.side`;
const SIGNALS = `SELECT ${NAME} || ' ' || x.detector_id AS name FROM signals x JOIN symbols s ON s.id = x.symbol_id
  WHERE x.fired_at <= $1 ORDER BY 1`;
const CARDS = `SELECT x.id::int AS id, ${NAME} AS name, x.state, x.suppressed_reason AS reason,
    x.message_id AS message,
    (SELECT count(*)::int FROM alerts a WHERE a.card_id = x.id AND a.kind = 'signal') AS alerts,
    (SELECT count(*)::int FROM alerts a WHERE a.card_id = x.id AND a.kind = 'signal' AND NOT a.delivered) AS undelivered
  FROM cards x JOIN symbols s ON s.id = x.symbol_id
  WHERE x.kind = 'signal' AND x.fired_at <= $1 ORDER BY 2`;

/** Reads the story up to a moment. */
export async function readStory(scene: Scene, upTo: number): Promise<Story> {
  const until = [new Date(upTo)];
  const signals = await scene.rows<{ name: string }>(SIGNALS, until);
  return { signals: signals.map(({ name }) => name), cards: await scene.rows<CardRow>(CARDS, until) };
}

/** Compares the desk with the undisturbed story, and each row with what people see. */
export async function findDifference(scene: Scene, whole: Story): Promise<Difference> {
  const until = [new Date(scene.now())];
  const signals = (await scene.rows<{ name: string }>(SIGNALS, until)).map(({ name }) => name);
  const cards = await scene.rows<CardRow>(CARDS, until);
  const names = cards.map(({ name }) => name);
  const expected = whole.cards.map(({ name }) => name);
  const lost = [
    ...missing(whole.signals, signals).map((name) => `signal ${name}`),
    ...missing(expected, names).map((name) => `card ${name}`),
    ...cards.flatMap((card) => undelivered(card)),
  ];
  const doubled = [
    ...missing(signals, whole.signals).map((name) => `signal ${name}`),
    ...missing(names, expected).map((name) => `card ${name}`),
  ];
  const messages = Map.groupBy(cardMessages(scene.discord), cardIdOf);
  for (const { id, name, state, message } of cards) {
    const shown = messages.get(id) ?? [];
    if (shown.length > 1) doubled.push(`message of ${name}`);
    if (state === 'sent' && !shown.some((each) => each.id === message)) lost.push(`message of ${name}`);
    if (state !== 'sent' && shown.length > 0) doubled.push(`message of ${name}, which is ${state}`);
  }
  for (const { userId, cardId, action } of scene.intents) {
    const [found] = await scene.rows<{ least: number; most: number; orders: number }>(DECIDED, [
      cardId,
      userId,
      action,
    ]);
    const { least = 0, most = 0, orders = 0 } = found ?? {};
    if (least < 1 || (action === 'enter' && orders < 1)) lost.push(`decision ${action} on card ${cardId}`);
    if (most > 1 || orders > 1) doubled.push(`decision ${action} on card ${cardId}`);
  }
  return { lost, doubled, late: countLate(cards, whole) };
}

/** Decisions of one person per signal of a card, the least and the most; and the orders that came of them. */
const DECIDED = `SELECT min(n)::int AS least, max(n)::int AS most,
    (SELECT count(*)::int FROM orders o WHERE o.trader_id = $2 AND o.signal_id IN
      (SELECT signal_id FROM alerts WHERE card_id = $1)) AS orders
  FROM (SELECT a.signal_id, count(d.id) AS n FROM alerts a
        LEFT JOIN decisions d ON d.signal_id = a.signal_id AND d.decided_by = $2 AND d.action = $3
        WHERE a.card_id = $1 AND a.kind = 'signal' GROUP BY a.signal_id) each`;

function undelivered({ name, state, alerts, undelivered: waiting }: CardRow): string[] {
  if (alerts === 0) return [`alert of ${name}`];
  if (state === 'new' || state === 'pending' || state === 'sending') return [`card ${name} (${state})`];
  if (state === 'failed') return [`card ${name} (failed)`];
  return state === 'sent' && waiting > 0 ? [`delivery of ${name}`] : [];
}

function missing(of: readonly string[], from: readonly string[]): string[] {
  const left = [...from];
  return of.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function countLate(cards: readonly CardRow[], whole: Story): number {
  const expected = new Map(whole.cards.map((card) => [card.name, card]));
  return cards.filter(
    ({ name, state, reason }) =>
      state === 'suppressed' && reason === 'stale' && expected.get(name)?.reason !== 'stale',
  ).length;
}
