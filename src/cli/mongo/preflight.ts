import type { Command } from 'commander';
import {
  type PreflightCollection,
  type PreflightReport,
  preflightLegacy,
} from '../../app/legacy/preflight-legacy.ts';
import { OraError } from '../../domain/errors.ts';
import { DEFAULT_MAPPING } from '../../domain/legacy/default-mapping.ts';
import { REJECTIONS } from '../../domain/legacy/reasons.ts';
import { writeMappingFile } from '../../mongo/mapping-file.ts';
import type { OperatorTools } from '../operator.ts';
import { createProgressBar } from '../rated-progress.ts';
import { MAPPING_OPTION, withLegacyDesk } from './open-desk.ts';
import { alignTable } from './table.ts';

const SAMPLE = '10000';
const MAY_WRITE =
  'This user may also write. Nothing was written, but for preflight and backfill a user with the role `read` is safer.';

/** `oracore mongo preflight [--sample N|all] [--mapping FILE]` */
export function registerPreflight(group: Command, tools: OperatorTools): void {
  group
    .command('preflight')
    .description('look at the old collections without touching them, and write a mapping to edit')
    .option(...MAPPING_OPTION)
    .option('--sample <number>', 'documents drawn from each collection, or "all"', SAMPLE)
    .action(async ({ mapping, sample }: { readonly mapping: string; readonly sample: string }) => {
      const size = parseSample(sample);
      if (await writeMappingFile(mapping, DEFAULT_MAPPING))
        tools.say(`${mapping} written: the usual names, nothing assumed. Edit it as the report says.`);
      const bar = createProgressBar();
      const report = await withLegacyDesk(tools, mapping, (desk) =>
        preflightLegacy(desk, { sample: size, now: tools.now() }, (collection, done, total) =>
          bar.show(collection, { done, total, doneNow: done }),
        ),
      );
      bar.end();
      for (const line of sayReport(report)) tools.say(line);
      if (!report.clean) process.exitCode = 1;
    });
}

function parseSample(text: string): number | 'all' {
  if (text === 'all') return text;
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new OraError('bad_input', `--sample takes a number of documents or "all", not "${text}".`);
}

function sayReport({ collections, unmapped, absent, mayWrite, clean }: PreflightReport): string[] {
  return [
    ...collections.flatMap(sayCollection),
    ...unmapped.map(
      ({ collection, documents }) =>
        `${collection}: ${documents} documents, about which the mapping says nothing. Nothing of it is taken.`,
    ),
    ...absent.map((collection) => `${collection}: not there.`),
    '',
    ...(mayWrite ? [MAY_WRITE] : []),
    clean
      ? 'Clean: the mapping states all it has to. Next: oracore mongo backfill'
      : 'Not clean: answer what is marked (mapping) in the mapping file, then run this again.',
  ];
}

function sayCollection(survey: PreflightCollection): string[] {
  const { collection, documents, read, taken, duplicates, conflicts, ours, firstAt, lastAt } = survey;
  const period =
    firstAt === null || lastAt === null ? 'no readable time' : `${day(firstAt)} to ${day(lastAt)}`;
  const rejected = read - taken - ours;
  return [
    '',
    `${collection}: ${documents.toLocaleString('en-US')} documents, ${read.toLocaleString('en-US')} read, ${period}`,
    `  taken ${taken}, rejected ${rejected}, duplicates ${duplicates}, contradictions ${conflicts}${ours > 0 ? `, mirrored by OraCore ${ours}` : ''}`,
    ...sayFields(survey),
    ...sayRejections(survey),
  ];
}

function sayFields({ fields, read, ours }: PreflightCollection): string[] {
  const of = Math.max(read - ours, 1);
  const rows = fields
    .toSorted((a, b) => b.documents - a.documents)
    .map(({ path, documents, types, example }) => [
      `  ${path}`,
      percent(documents / of),
      types.map(([type, number]) => `${type} ${percent(number / documents)}`).join(', '),
      example,
    ]);
  return alignTable([['  field', 'there', 'as', 'for example'], ...rows]);
}

function sayRejections({ rejections }: PreflightCollection): string[] {
  return rejections.flatMap(({ code, documents, isMendable, details }) => [
    `  ${documents} ${code.replaceAll('_', ' ')} ${isMendable ? '(mapping)' : '(data)'}: ${REJECTIONS[code].remedy}`,
    ...details
      .slice(0, 3)
      .map(({ detail, documents: times, id }) => `      ${times} times ${detail}, in ${id}`),
  ]);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function percent(share: number): string {
  const text = (share * 100).toFixed(share < 0.1 ? 1 : 0);
  return `${text} %`;
}
