import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { ParsedLine } from '../app/scan/ingest-ports.ts';
import { OraError } from '../domain/errors.ts';
import type { GivenSignal } from '../domain/given-signal.ts';
import { SIDES } from '../domain/signal.ts';
import { parseTicker } from '../domain/ticker.ts';
import { SIGNAL_TIMEFRAMES } from '../domain/timeframe.ts';

/** A longer line is no signal: something else was piped in. */
const MAX_LINE = 65_536;

const word = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{1,59}$/i, 'must be 2 to 60 letters, digits, dots, dashes or underscores');
const price = z.number().positive().max(8_000_000);

/** One line, documented in docs/ingest-signals.md. An unknown key is refused: it would be a typing error. */
const SignalLine = z.strictObject({
  ticker: z.string().transform((text, context) => {
    try {
      return parseTicker(text);
    } catch (error) {
      context.addIssue(error instanceof OraError ? error.message : 'is not a ticker');
      return z.NEVER;
    }
  }),
  timeframe: z.enum(SIGNAL_TIMEFRAMES),
  fired_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  side: z.enum(SIDES),
  detector_id: word,
  detector_version: z.string().min(1).max(40),
  kind: z.enum(['rule', 'ml']).default('rule'),
  score: z.number().min(0).max(1),
  price_at_signal: price,
  bid: price.optional(),
  ask: price.optional(),
  features: z.record(word, z.number().nullable()).default({}),
  origin: z.enum(['live', 'replay', 'legacy']).optional(),
  description: z.string().max(500).optional(),
  params: z.record(word, z.number()).default({}),
});

/** Reads a line of JSON; an empty one is null. Never throws: what is wrong is the answer. */
export function parseSignalLine(text: string, line: number): ParsedLine | null {
  if (text.trim() === '') return null;
  if (text.length > MAX_LINE) return { line, text, reason: 'the line is longer than 64 kB' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, text, reason: 'the line is not JSON' };
  }
  const parsed = SignalLine.safeParse(value);
  if (!parsed.success) return { line, text, reason: sayWhy(parsed.error) };
  return { line, text, signal: toGiven(parsed.data) };
}

/** Lines of a stream, as many at a time as have arrived: a pipe that stays open is taken in as it speaks. */
export async function* readSignalLines(stream: AsyncIterable<Buffer>): AsyncGenerator<ParsedLine[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 0;
  const parse = (texts: readonly string[]) => texts.flatMap((text) => parseSignalLine(text, ++number) ?? []);
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    const parsed = parse(lines);
    if (parsed.length > 0) yield parsed;
  }
  const last = parse([rest + decoder.end()]);
  if (last.length > 0) yield last;
}

function toGiven(line: z.infer<typeof SignalLine>): GivenSignal {
  const { bid, ask } = line;
  return {
    ticker: line.ticker,
    timeframe: line.timeframe,
    firedAt: line.fired_at,
    side: line.side,
    detector: {
      id: line.detector_id,
      version: line.detector_version,
      kind: line.kind,
      description: line.description ?? null,
      params: line.params,
    },
    score: line.score,
    price: line.price_at_signal,
    quote: bid === undefined || ask === undefined ? null : { bid, ask },
    features: line.features,
    origin: line.origin ?? null,
  };
}

function sayWhy({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
