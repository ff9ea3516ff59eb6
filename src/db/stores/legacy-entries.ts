import type { Pool, PoolClient } from 'pg';
import type { LedgerEntry } from '../../app/legacy/legacy-ports.ts';
import type { CandleFacts, FillFacts, SignalFacts } from '../../domain/legacy/facts.ts';
import { NO_FACTS } from '../../domain/legacy/facts.ts';

/** Canonical text of a number and epoch ms of a time, as facts have them. */
const TEXT = (column: string) => `trim_scale(${column})::text`;
const MS = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::bigint`;

const ENTRIES = `
  SELECT d.mongo_id AS id, d.state, d.digest, ${MS('d.event_at')}::float8 AS at,
    (SELECT jsonb_build_object('ticker', sym.ticker, 'timeframe', s.timeframe, 'at', ${MS('s.fired_at')},
       'side', s.side, 'detector', s.detector_id, 'version', s.detector_version, 'price', ${TEXT('s.price_at_signal')},
       'score', ${TEXT('s.score')}, 'bid', ${TEXT('s.bid')}, 'ask', ${TEXT('s.ask')}, 'relVolume', ${TEXT('s.rel_volume')})
     FROM signals s JOIN symbols sym ON sym.id = s.symbol_id
     WHERE s.id = d.signal_id AND s.fired_at = d.event_at) AS signal,
    (SELECT jsonb_agg(jsonb_build_object('ticker', sym.ticker, 'at', ${MS('e.filled_at')}, 'side', o.side,
       'qty', ${TEXT('e.qty')}, 'price', ${TEXT('e.price')}, 'fee', ${TEXT('e.fee')}, 'tag', e.tag,
       'stop', ${TEXT('o.stop_price')}, 'trader', o.trader_id) ORDER BY o.id)
     FROM orders o JOIN symbols sym ON sym.id = o.symbol_id
     JOIN executions e ON e.order_id = o.id AND e.voided_at IS NULL
     WHERE o.id = ANY (d.order_ids)) AS fills,
    (SELECT jsonb_build_object('ticker', sym.ticker, 'timeframe', c.timeframe, 'at', ${MS('c.ts')},
       'open', ${TEXT('c.open')}, 'high', ${TEXT('c.high')}, 'low', ${TEXT('c.low')}, 'close', ${TEXT('c.close')},
       'volume', c.volume::text, 'source', c.source)
     FROM candles c JOIN symbols sym ON sym.id = c.symbol_id
     WHERE c.symbol_id = d.candle_symbol_id AND c.timeframe = d.candle_timeframe AND c.ts = d.candle_ts) AS candle,
    d.candle_ts IS NOT NULL AS "hasCandle"
  FROM legacy_documents d
  WHERE d.collection = $1 AND d.mongo_id = ANY ($2::text[])`;

interface Row {
  readonly id: string;
  readonly state: 'written' | 'rejected';
  readonly digest: string;
  readonly at: number | null;
  readonly signal: SignalFacts | null;
  readonly fills: readonly FillFacts[] | null;
  readonly candle: (CandleFacts & { readonly source: string | null }) | null;
  readonly hasCandle: boolean;
}

/** What the ledger knows of documents, with what their rows say now. */
export async function readEntries(
  client: Pool | PoolClient,
  collection: string,
  ids: readonly string[],
): Promise<LedgerEntry[]> {
  const { rows } = await client.query<Row>(ENTRIES, [collection, ids]);
  return rows.map(toEntry);
}

function toEntry({ id, state, digest, at, signal, fills, candle, hasCandle }: Row): LedgerEntry {
  const gaveWay = !hasCandle || (candle !== null && candle.source?.startsWith('legacy:') !== true);
  const { source, ...prices } = candle ?? { source: null };
  const facts = {
    ...NO_FACTS,
    signal,
    fills: fills ?? [],
    candle: gaveWay || candle === null ? null : (prices as CandleFacts),
  };
  return { id, state, digest, at, facts: state === 'written' ? facts : null, gaveWay };
}
