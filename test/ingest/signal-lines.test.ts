import { expect, test } from 'vitest';
import type { ParsedLine } from '../../src/app/scan/ingest-ports.ts';
import { parseSignalLine, readSignalLines } from '../../src/ingest/signal-lines.ts';

const LINE = {
  ticker: 'aapl',
  timeframe: '5m',
  fired_at: '2022-03-15T10:05:00-04:00',
  side: 'long',
  detector_id: 'desk_momentum',
  detector_version: '3.1',
  score: 0.7,
  price_at_signal: 151.25,
};

function parse(overrides: Record<string, unknown> = {}): ParsedLine | null {
  return parseSignalLine(JSON.stringify({ ...LINE, ...overrides }), 7);
}

test('reads a line, with the time zone it says and defaults for what it leaves out', () => {
  const parsed = parse();

  expect(parsed).toMatchObject({
    line: 7,
    signal: {
      ticker: 'AAPL',
      firedAt: Date.UTC(2022, 2, 15, 14, 5),
      detector: { id: 'desk_momentum', version: '3.1', kind: 'rule', description: null, params: {} },
      quote: null,
      features: {},
      origin: null,
    },
  });
});

test('keeps the quote, features, parameters and origin it gives', () => {
  const parsed = parse({
    kind: 'ml',
    bid: 151.2,
    ask: 151.3,
    features: { rsi14: 61, my_zscore: null },
    params: { lookback: 20 },
    origin: 'replay',
  });

  expect(parsed).toMatchObject({
    signal: {
      detector: { kind: 'ml', params: { lookback: 20 } },
      quote: { bid: 151.2, ask: 151.3 },
      features: { rsi14: 61, my_zscore: null },
      origin: 'replay',
    },
  });
});

test.each([
  ['no ticker', { ticker: 'A B' }, 'ticker: "A B" is not a ticker'],
  ['a daily candle', { timeframe: '1d' }, 'timeframe:'],
  ['a time without a zone', { fired_at: '2022-03-15T10:05:00' }, 'fired_at:'],
  ['a score above one', { score: 7 }, 'score:'],
  ['a price of nothing', { price_at_signal: 0 }, 'price_at_signal:'],
  ['a name in place of a number', { features: { rsi14: 'high' } }, 'features.rsi14:'],
  ['a misspelt key', { detectorid: 'x' }, 'detectorid'],
])('says what is wrong with %s', (_, overrides, reason) => {
  expect(parse(overrides)).toMatchObject({ line: 7, reason: expect.stringContaining(reason) });
});

test('answers for lines that are no JSON, and passes over empty ones', () => {
  expect(parseSignalLine('{"ticker":', 1)).toEqual({
    line: 1,
    text: '{"ticker":',
    reason: 'the line is not JSON',
  });
  expect(parseSignalLine('  ', 2)).toBeNull();
});

test('numbers lines across chunks that cut them, even inside a letter', async () => {
  const text = `${JSON.stringify({ ...LINE, description: 'größer' })}\n\nnonsense\n${JSON.stringify(LINE)}`;
  const bytes = Buffer.from(text);
  const cut = bytes.indexOf('ö') + 1;
  async function* stream() {
    yield bytes.subarray(0, cut);
    yield bytes.subarray(cut);
  }

  const lines = (await Array.fromAsync(readSignalLines(stream()))).flat();

  expect(lines.map(({ line }) => line)).toEqual([1, 3, 4]);
  expect(lines[0]).toMatchObject({ signal: { detector: { description: 'größer' } } });
  expect(lines[1]).toMatchObject({ reason: 'the line is not JSON' });
});
