import { replay } from '../../src/app/scan/replay.ts';
import { openDatabase } from '../../src/db/open.ts';
import { candleSpans, sessionsBetween } from '../../src/domain/calendar.ts';
import { quiet } from '../../test/support/quiet-log.ts';
import { aSettings } from '../../test/support/settings.ts';
import { cardIdOf, cardMessages, type Scene } from '../scene.ts';

/** Two numbers that have to be the same. */
export interface Line {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

export interface Span {
  /** Close of the last candle before, and of the last one, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly tickers: readonly string[];
}

/** Counts everything from both ends. */
export async function reconcile(scene: Scene, span: Span): Promise<Line[]> {
  const [counts] = await scene.rows<Record<string, number>>(COUNTS, [new Date(span.from), new Date(span.to)]);
  const of = (name: string) => counts?.[name] ?? Number.NaN;
  const opens = sessionsBetween(span.from, span.to)
    .flatMap((session) => candleSpans(session, '5m'))
    .filter(({ ts, end }) => ts >= span.from && end <= span.to);
  const posted = cardMessages(scene.discord).map(cardIdOf);
  const twice = posted.length - new Set(posted).size;
  return [
    {
      what: 'candles of the calendar, and stored',
      expected: opens.length * span.tickers.length,
      found: of('candles'),
    },
    { what: 'watches, and cursors at the last candle', expected: span.tickers.length, found: of('cursors') },
    { what: 'signals a replay of the same candles adds', expected: 0, found: await replayed(scene, span) },
    { what: 'signals, and their alerts', expected: of('signals'), found: of('alerts') },
    { what: 'cards, and sent + listed + suppressed + held', expected: of('cards'), found: of('settled') },
    { what: 'cards sent, and messages in the channel', expected: of('sent'), found: posted.length },
    { what: 'cards with two messages', expected: 0, found: twice },
    { what: 'alerts of sent cards, and delivered', expected: of('shown'), found: of('delivered') },
    {
      what: 'cards decided by click, and in the database',
      expected: scene.intents.length,
      found: of('decided'),
    },
    { what: 'decisions a signal has twice of one person', expected: 0, found: of('twice') },
    { what: 'entered, and orders', expected: entered(scene), found: of('orders') },
    { what: 'orders, and their first fills', expected: of('orders'), found: of('fills') },
    { what: 'errors nobody handled', expected: 0, found: scene.outcries.length },
    { what: "requests against Discord's schema", expected: 0, found: scene.discord.violations.length },
    { what: 'replies and lists owed, and sent', expected: of('owed'), found: of('replied') },
  ];
}

function entered({ intents }: Scene): number {
  return intents.filter(({ action }) => action === 'enter').length;
}

const COUNTS = `SELECT
  (SELECT count(*)::int FROM candles c JOIN watch_requests w ON w.symbol_id = c.symbol_id
    WHERE c.timeframe = '5m' AND c.ts >= $1 AND c.ts < $2) AS candles,
  (SELECT count(*)::int FROM watch_requests WHERE last_scanned_ts = $2 - interval '5 minutes') AS cursors,
  (SELECT count(*)::int FROM signals) AS signals,
  (SELECT count(*)::int FROM alerts WHERE kind = 'signal') AS alerts,
  (SELECT count(*)::int FROM cards WHERE kind = 'signal') AS cards,
  (SELECT count(*)::int FROM cards WHERE kind = 'signal' AND state IN ('sent', 'listed', 'suppressed', 'held')) AS settled,
  (SELECT count(*)::int FROM cards WHERE kind = 'signal' AND state = 'sent') AS sent,
  (SELECT count(*)::int FROM alerts a JOIN cards c ON c.id = a.card_id WHERE a.kind = 'signal' AND c.state = 'sent') AS shown,
  (SELECT count(*)::int FROM alerts WHERE kind = 'signal' AND delivered) AS delivered,
  (SELECT count(DISTINCT (card_id, decided_by))::int FROM decisions) AS decided,
  (SELECT count(*)::int FROM (SELECT FROM decisions GROUP BY signal_id, decided_by, action HAVING count(*) > 1) x) AS twice,
  (SELECT count(*)::int FROM orders) AS orders,
  (SELECT count(DISTINCT order_id)::int FROM executions WHERE tag = 'ENTRY') AS fills,
  (SELECT count(*)::int FROM outbox) AS owed,
  (SELECT count(*)::int FROM outbox WHERE state IN ('sent', 'suppressed')) AS replied`;

/** The same candles once more through the same detectors: what the desk missed would be new. */
async function replayed(scene: Scene, { from, to }: Span): Promise<number> {
  const database = await openDatabase({ url: scene.url, dataDir: '/nonexistent', log: quiet });
  try {
    const deps = { stores: database.stores, log: quiet, settings: aSettings({ graceMs: 0 }) };
    const series = await replay(deps, { from, to: to - 1, now: to });
    return series.reduce((sum, { signals }) => sum + signals, 0);
  } finally {
    await database.close();
  }
}
