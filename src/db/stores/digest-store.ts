import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DigestStore } from '../../app/cards/digest-ports.ts';
import type { DigestFigures, MorningDigest } from '../../domain/digest.ts';
import type { Connection } from '../client.ts';
import { at, query } from '../sql.ts';

type Span = Parameters<DigestStore['figures']>[0];

/** What digests say, counted in Postgres. */
export function digestStore({ db }: Connection): DigestStore {
  return {
    async isWritten(key) {
      return (await query(db, sql`SELECT FROM outbox WHERE key = ${key}`)).length > 0;
    },

    async figures(span) {
      const [[signals], cards, [fate], [orders]] = await Promise.all([
        countSignals(db, span),
        countCards(db, span),
        countFates(db, span),
        countGaps(db, span),
      ]);
      if (signals === undefined || fate === undefined || orders === undefined)
        throw new Error('a count has no row');
      const inState = (...states: readonly string[]) =>
        cards.filter(({ state }) => states.includes(state)).reduce((sum, { n }) => sum + n, 0);
      const suppressed = cards.filter(({ state }) => state === 'suppressed');
      return {
        signals: signals.n,
        sent: inState('sent'),
        listed: inState('listed'),
        held: inState('held', 'new', 'pending', 'sending'),
        failed: inState('failed'),
        suppressed: Object.fromEntries(suppressed.map(({ reason, n }) => [reason ?? 'unknown', n])),
        ...fate,
        ...orders,
      };
    },

    openPositions: () =>
      query<MorningDigest['positions'][number]>(
        db,
        sql`SELECT p.trader_id AS "traderId", s.ticker, p.side
            FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id
            WHERE p.closed_at IS NULL ORDER BY p.trader_id, s.ticker`,
      ),
  };
}

function countSignals(db: NodePgDatabase, { from, to, origin }: Span) {
  return query<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM signals
        WHERE fired_at > ${at(from)} AND fired_at <= ${at(to)} AND origin = ${origin}`,
  );
}

function countCards(db: NodePgDatabase, span: Span) {
  return query<{ state: string; reason: string | null; n: number }>(
    db,
    sql`SELECT state, suppressed_reason AS reason, count(*)::int AS n FROM cards c
        WHERE ${within(span)} GROUP BY state, suppressed_reason ORDER BY state, n DESC, reason`,
  );
}

type Fate = Pick<DigestFigures, 'decided' | 'undecided' | 'entered' | 'touched' | 'missed'>;

/** What people and the market made of the posted cards. */
function countFates(db: NodePgDatabase, span: Span) {
  return query<Fate>(
    db,
    sql`WITH posted AS (
          SELECT c.id,
            EXISTS (SELECT FROM decisions d WHERE d.card_id = c.id) AS decided,
            EXISTS (
              SELECT FROM (
                SELECT DISTINCT ON (decided_by) action FROM decisions WHERE card_id = c.id
                ORDER BY decided_by, decided_at DESC, id DESC
              ) latest WHERE action = 'enter'
            ) AS entered
          FROM cards c WHERE ${within(span)} AND c.state = 'sent'
        ), touches AS (
          SELECT DISTINCT ON (a.card_id, a.event) a.card_id, a.event,
            (a.payload->>'at')::numeric AS at, (a.payload->>'r')::numeric AS r
          FROM alerts a JOIN posted p ON p.id = a.card_id
          WHERE a.kind = 'update' AND a.event <> 'horizon' ORDER BY a.card_id, a.event, a.id
        ), first AS (
          SELECT DISTINCT ON (t.card_id) t.event, t.r FROM touches t JOIN posted p ON p.id = t.card_id
          WHERE NOT p.entered AND t.event IN ('tp1', 'stop')
          ORDER BY t.card_id, t.at, t.event = 'stop' DESC
        )
        SELECT count(*) FILTER (WHERE decided)::int AS decided,
          count(*) FILTER (WHERE NOT decided)::int AS undecided,
          count(*) FILTER (WHERE entered)::int AS entered,
          (SELECT jsonb_build_object(
             'tp1', count(*) FILTER (WHERE event = 'tp1'), 'tp2', count(*) FILTER (WHERE event = 'tp2'),
             'tp3', count(*) FILTER (WHERE event = 'tp3'), 'stop', count(*) FILTER (WHERE event = 'stop')
           ) FROM touches) AS touched,
          (SELECT jsonb_build_object(
             'won', count(*) FILTER (WHERE event = 'tp1'), 'lost', count(*) FILTER (WHERE event = 'stop'),
             'r', coalesce(round(sum(r), 2), 0)
           ) FROM first) AS missed
        FROM posted`,
  );
}

/** Orders from cards of the time that lack something: a fill, or a stop that R is measured from. */
function countGaps(db: NodePgDatabase, span: Span) {
  return query<Pick<DigestFigures, 'unfilled' | 'stopless'>>(
    db,
    sql`SELECT count(*) FILTER (WHERE o.status = 'working')::int AS unfilled,
          count(*) FILTER (WHERE o.stop_price IS NULL)::int AS stopless
        FROM orders o JOIN cards c ON c.id = (o.meta->>'cardId')::bigint
        WHERE ${within(span)} AND o.status IS DISTINCT FROM 'cancelled'`,
  );
}

/** Cards that a signal made in the time; not those of models on trial or of series that nobody watches. */
function within({ from, to }: Span): SQL {
  return sql`c.kind = 'signal' AND c.fired_at > ${at(from)} AND c.fired_at <= ${at(to)}
    AND c.suppressed_reason IS DISTINCT FROM 'shadow' AND c.suppressed_reason IS DISTINCT FROM 'not_watched'`;
}
