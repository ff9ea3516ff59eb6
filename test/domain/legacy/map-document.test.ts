import { describe, expect, it } from 'vitest';
import { DEFAULT_MAPPING } from '../../../src/domain/legacy/default-mapping.ts';
import type { JsonObject, LegacyDocument, LegacyValue } from '../../../src/domain/legacy/document.ts';
import { mapDocument } from '../../../src/domain/legacy/map-document.ts';
import type { LegacyMapping } from '../../../src/domain/legacy/mapping.ts';
import { at } from '../../support/builders.ts';

const NOW = at('2026-06-10T14:00:00Z');
const AT: LegacyValue = { type: 'date', ms: at('2024-05-06T14:35:00Z') };
const text = (value: string): LegacyValue => ({ type: 'string', text: value });
const number = (value: number): LegacyValue => ({ type: 'double', text: String(value) });

function aDocument(
  collection: string,
  fields: Readonly<Record<string, LegacyValue>>,
  json: JsonObject = {},
): LegacyDocument {
  return {
    collection,
    id: '"1"',
    fields: new Map(Object.entries(fields)),
    json: { _id: '1', ...json },
    digest: 'd',
  };
}

const map = (document: LegacyDocument, mapping: LegacyMapping = DEFAULT_MAPPING) =>
  mapDocument(document, mapping, NOW);
const hit = (fields: Readonly<Record<string, LegacyValue>>, json?: JsonObject) =>
  map(
    aDocument(
      'scanner_hits',
      { ticker: text('AAPL'), timeframe: text('5m'), timestamp: AT, ...fields },
      json,
    ),
  );
const trade = (fields: Readonly<Record<string, LegacyValue>>) =>
  map(
    aDocument('trade_logs', {
      symbol: text('AAPL'),
      timestamp: AT,
      qty: number(10),
      price: number(5),
      ...fields,
    }),
  );

describe('mapping an old document', () => {
  it('takes the first name that is there and not blank, and leaves the others in legacy', () => {
    const mapped = hit(
      { price: text('N/A'), entry: number(5), close: number(6), roi: number(0.1) },
      { ticker: 'AAPL', price: 'N/A', entry: 5, close: 6, roi: 0.1, timestamp: 'x' },
    );

    expect(mapped).toMatchObject({ ok: true, facts: { signal: { price: '5' } } });
    expect(mapped.ok && mapped.legacy).toEqual({
      _id: '1',
      collection: 'scanner_hits',
      price: 'N/A',
      close: 6,
      roi: 0.1,
    });
  });

  it('takes parts out of nested documents and leaves the rest of them', () => {
    const mapped = hit({ 'price.last': number(5) }, { price: { last: 5, source: 'yahoo' } });

    expect(mapped).toMatchObject({
      ok: true,
      facts: { signal: { price: '5' } },
      legacy: { price: { source: 'yahoo' } },
    });
  });

  it('joins a date and a time of day', () => {
    const document = aDocument('scanner_hits', {
      ticker: text('AAPL'),
      timeframe: text('5m'),
      date: text('2024-05-06'),
      time: text('10:35'),
    });

    const mapped = map(document, {
      ...DEFAULT_MAPPING,
      times: { ...DEFAULT_MAPPING.times, zone: 'America/New_York' },
    });

    expect(mapped).toMatchObject({ ok: true, at: at('2024-05-06T14:35:00Z') });
  });

  it.each([
    ['BUY', 'long'],
    ['Sell', 'short'],
    [' bullish ', 'long'],
  ])('reads the side %s', (word, side) => {
    expect(hit({ action: text(word) })).toMatchObject({ ok: true, facts: { signal: { side } } });
  });

  it('leaves a signal without side, price or score as it is', () => {
    expect(hit({})).toMatchObject({ ok: true, facts: { signal: { side: null, price: null, score: null } } });
  });

  it('names detectors so that they meet none of ours', () => {
    expect(hit({ pattern: text('RSI Reversal (v2)') })).toMatchObject({
      facts: { signal: { detector: 'legacy_rsi_reversal_v2', version: 'legacy' } },
    });
  });

  it('fires a prediction that holds its candle at the close of that candle', () => {
    const mapped = map(
      aDocument('prediction_data', {
        ...{ ticker: text('AAPL'), interval: text('5m'), timestamp: AT, prediction: text('up') },
        ...{ open: number(10), high: number(11), low: number(9), close: number(10.5), volume: number(100) },
      }),
    );

    expect(mapped).toMatchObject({
      ok: true,
      facts: {
        candle: { at: at('2024-05-06T14:35:00Z'), close: '10.5', volume: '100' },
        signal: { at: at('2024-05-06T14:40:00Z'), price: '10.5', side: 'long' },
      },
    });
  });

  it('takes a document of prices alone for a candle and no signal', () => {
    const mapped = map(
      aDocument('prediction_data', {
        ...{ ticker: text('AAPL'), interval: text('5m'), timestamp: AT },
        ...{ Open: number(10), High: number(11), Low: number(9), Close: number(10.5), Volume: number(100) },
      }),
    );

    expect(mapped).toMatchObject({ ok: true, facts: { signal: null, candle: { open: '10' } } });
  });

  it('makes an entry and its exit of a closed trade', () => {
    const mapped = trade({
      side: text('short'),
      stop_loss: number(6),
      exit_price: number(4),
      exit_time: { type: 'date', ms: at('2024-05-06T15:35:00Z') },
      exit_reason: text('TP1'),
    });

    expect(mapped).toMatchObject({
      ok: true,
      facts: {
        fills: [
          { side: 'short', qty: '10', price: '5', tag: 'ENTRY', stop: '6' },
          { side: 'cover', qty: '10', price: '4', tag: 'TP1', stop: null },
        ],
      },
    });
  });

  it.each([
    ['a trade without a side', trade({}), 'side_missing'],
    ['an exit without a time', trade({ side: text('buy'), exit_price: number(6) }), 'exit_time_missing'],
    ['no quantity', trade({ side: text('buy'), qty: text('') }), 'quantity_missing'],
    ['a negative quantity', trade({ side: text('buy'), qty: number(-5) }), 'not_positive'],
    ['a malformed ticker', hit({ ticker: text('not a ticker') }), 'ticker_malformed'],
    ['a ticker that is a number', hit({ ticker: number(5) }), 'ticker_malformed'],
    ['a timeframe we do not scan', hit({ timeframe: text('30m') }), 'unknown_value'],
    ['a score in per cent', hit({ score: number(87) }), 'score_out_of_range'],
    ['a collection nobody mapped', map(aDocument('users', {})), 'unmapped_collection'],
  ])('rejects %s', (_name, mapped, code) => {
    expect(mapped).toMatchObject({ ok: false, rejection: { code } });
  });

  it('gives two documents about one event one identity, whatever else they say', () => {
    const [a, b, other] = [
      hit({ price: number(5) }),
      hit({ price: number(6) }),
      hit({ timeframe: text('15min') }),
    ];

    expect(a.ok && b.ok && a.identity === b.identity).toBe(true);
    expect(a.ok && other.ok && a.identity === other.identity).toBe(false);
  });
});
