import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { OraError } from '../domain/errors.ts';
import { CANDLE_FIELDS, type LegacyMapping } from '../domain/legacy/mapping.ts';
import { isZone } from '../domain/legacy/zone.ts';

const FieldRule = z.strictObject({
  from: z.array(z.string().min(1)),
  values: z.record(z.string(), z.string()).optional(),
  default: z.string().nullable().optional(),
  scale: z.number().positive().optional(),
});
const SIGNAL_FIELDS = [
  'ticker',
  'timeframe',
  'at',
  'side',
  'detector',
  'version',
  'price',
  'score',
  'bid',
  'ask',
  'relVolume',
] as const;
const TRADE_FIELDS = [
  'ticker',
  'at',
  'side',
  'qty',
  'price',
  'fee',
  'stop',
  'exitAt',
  'exitPrice',
  'exitTag',
  'trader',
] as const;

const SignalMapping = z.strictObject({
  to: z.literal('signals'),
  sourceSystem: z.enum(['basic_scanner', 'ml_scanner']),
  detectorKind: z.enum(['rule', 'ml']),
  fields: z.record(z.enum(SIGNAL_FIELDS), FieldRule),
  candle: z.record(z.enum(CANDLE_FIELDS), FieldRule).nullable(),
  signalNeeds: z.array(z.enum(SIGNAL_FIELDS)),
});
const TradeMapping = z.strictObject({
  to: z.literal('trades'),
  fields: z.record(z.enum(TRADE_FIELDS), FieldRule),
  duplicates: z.enum(['reject', 'keep']),
});
const Mapping = z.strictObject({
  about: z.array(z.string()).optional(),
  times: z.strictObject({
    zone: z.string().refine(isZone, 'must be a time zone such as America/New_York').nullable(),
    dateOrder: z.enum(['mdy', 'dmy']).nullable(),
    dateOnly: z.enum(['open', 'close', 'midnight']).nullable(),
  }),
  blank: z.array(z.string()),
  detectorPrefix: z.string().regex(/^[a-z0-9_]{1,20}$/, 'must be small letters, digits and _'),
  collections: z.record(z.string(), z.discriminatedUnion('to', [SignalMapping, TradeMapping])),
});

/** What the file says about itself to whoever edits it. */
const ABOUT = [
  'From the fields of the old MongoDB to the tables of OraCore. Edit it, then run preflight again with --mapping.',
  'times.zone: in which zone times without one are meant, such as America/New_York; null: such documents are rejected.',
  'times.dateOrder: mdy or dmy, for dates such as 03/04/2024. times.dateOnly: open, close or midnight, for dates without a time of day.',
  'fields.X.from: dotted paths, the first that is there is taken; a+b joins a date and a time of day. All others are kept in the column legacy.',
  'fields.X.values: what texts mean, in lower case, with _ for spaces. fields.X.default: for documents without it; null: none is assumed.',
  'fields.score.scale: 0.01 when scores are per cent. candle: null when prices in the documents are not candles.',
];

/** A mapping and the hash that names it: two runs with the same hash read documents the same way. */
export interface MappingFile {
  readonly mapping: LegacyMapping;
  readonly hash: string;
}

/** @throws OraError `not_found` or `bad_input`, naming the place in the file. */
export async function readMappingFile(path: string): Promise<MappingFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OraError('not_found', `There is no mapping at ${path}. "oracore mongo preflight" writes one.`, {
      cause,
    });
  });
  return withHash(parse(path, text));
}

/** Refuses to replace a file that is there: it may have been edited. @returns whether it was written. */
export async function writeMappingFile(path: string, mapping: LegacyMapping): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify({ about: ABOUT, ...mapping }, null, 2)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (Object(error).code === 'EEXIST') return false;
    throw error;
  }
}

export function withHash(mapping: LegacyMapping): MappingFile {
  const hash = createHash('sha256').update(JSON.stringify(mapping)).digest('hex').slice(0, 12);
  return { mapping, hash };
}

function parse(path: string, text: string): LegacyMapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new OraError('bad_input', `${path} is not JSON: ${Object(cause).message}`, { cause });
  }
  const parsed = Mapping.safeParse(json);
  if (parsed.success) {
    const { about, ...mapping } = parsed.data;
    return mapping as LegacyMapping;
  }
  const problems = parsed.error.issues.map(
    ({ path: where, message }) => `  - ${where.join('.') || 'the file'}: ${message}`,
  );
  throw new OraError('bad_input', `${path} is not a mapping:\n${problems.join('\n')}`);
}
