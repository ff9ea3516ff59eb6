import { type APIEmbed, LabelBuilder, ModalBuilder, TextInputBuilder, TextInputStyle } from 'discord.js';
import type { Imported, ImportPreview } from '../../app/journal/journal-import.ts';
import { fillTime } from '../../domain/fill-time.ts';
import { IMPORT_FIELDS, type ImportColumns } from '../../domain/ledger/import-columns.ts';
import type { RowPlan } from '../../domain/ledger/plan-import.ts';
import { buildCustomId } from '../custom-id.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';
import { fillWords } from './fill-words.ts';
import { NBSP } from './signed.ts';
import { counted } from './stats-figures.ts';
import { clip, clipLines, listed } from './words.ts';

const MAX_SAMPLES = 5;
const MAX_PROBLEMS = 8;
/** Lines named for one reason. */
const MAX_LINES = 5;
const FIELD_MAX = 1024;

/** What an import would do, before anything is written. */
export function importPreviewView(preview: ImportPreview): {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
} {
  const { draftId, fileName, columns, header } = preview;
  const fresh = preview.plans.filter(({ outcome }) => outcome === 'new');
  const problems = problemLines(preview);
  const embed: APIEmbed = {
    title: clip(`Import ${fileName}`, 256),
    description: preview.columnsProblem ?? summary(preview, fresh.length),
    fields: [
      { name: 'Columns', value: clip(columnWords(columns, header), FIELD_MAX) },
      ...(fresh.length === 0
        ? []
        : [
            {
              name: 'The first of them',
              value: clipLines(fresh.slice(0, MAX_SAMPLES).map(sampleLine), FIELD_MAX),
            },
          ]),
      ...(problems.length === 0
        ? []
        : [{ name: 'Look at these', value: clipLines(problems.slice(0, MAX_PROBLEMS), FIELD_MAX) }]),
    ],
    footer: { text: 'Nothing is written yet.' },
  };
  return {
    content: '',
    embeds: [embed],
    components: [
      buttonRow(
        {
          label: fresh.length === 0 ? 'Nothing to import' : `Import ${counted(fresh.length, 'fill')}`,
          name: 'journal:import',
          id: draftId,
          style: 'primary',
          disabled: fresh.length === 0,
        },
        { label: 'Change columns', name: 'journal:columns', id: draftId },
        { label: 'Cancel', name: 'journal:discard', id: draftId },
      ),
    ],
  };
}

/** The form in which columns are named, a line each. */
export function columnsFormView(
  draftId: number,
  { text, header }: { readonly text: string; readonly header: readonly string[] },
): ModalBuilder {
  const input = new TextInputBuilder()
    .setCustomId('columns')
    .setStyle(TextInputStyle.Paragraph)
    .setMaxLength(1000)
    .setValue(clip(text, 1000));
  return new ModalBuilder()
    .setCustomId(buildCustomId('journal:columns', draftId))
    .setTitle('Which column says what')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Columns')
        .setDescription(clip(`The file has ${header.join(', ')}`, 100))
        .setTextInputComponent(input),
    );
}

/** What an import wrote, with its Undo. */
export function importedView({ fills, tickers, duplicates }: Imported): {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
} {
  const [first] = fills;
  const skipped = duplicates === 0 ? '' : ` ${counted(duplicates, 'row')} had been journalled before.`;
  return {
    content: `Imported ${counted(fills.length, 'fill')} in ${clip(listed(tickers), 1500)}.${skipped}\nSee /positions, /journal list and /stats journal.`,
    embeds: [],
    components:
      first === undefined
        ? []
        : [buttonRow({ label: 'Undo the import', name: 'journal:undo-import', id: first.id })],
  };
}

function summary({ plans, bad, far }: ImportPreview, fresh: number): string {
  const count = (outcome: RowPlan['outcome']) => plans.filter((plan) => plan.outcome === outcome).length;
  const turns = plans.filter((plan) => plan.outcome === 'new' && plan.flips).length;
  const lines = [
    `**${counted(fresh, 'fill')}** to import`,
    ...(count('duplicate') > 0 ? [`${counted(count('duplicate'), 'row')} journalled before, left out`] : []),
    ...(count('orphan') > 0 ? [`${counted(count('orphan'), 'exit')} without an entry, left out`] : []),
    ...(bad.length > 0 ? [`${counted(bad.length, 'row')} cannot be read, left out`] : []),
    ...(turns > 0 ? [turnWords(turns)] : []),
    ...(far.length > 0
      ? [`${counted(far.length, 'price')} more than 20${NBSP}% outside the candle: look twice`]
      : []),
  ];
  return lines.join('\n');
}

function turnWords(turns: number): string {
  return turns === 1
    ? '1 fill turns a position around and becomes two'
    : `${turns} fills turn a position around and become two`;
}

function problemLines({ plans, bad, far }: ImportPreview): string[] {
  const orphans = plans.flatMap((plan) =>
    plan.outcome === 'orphan' ? [{ line: plan.row.line, reason: plan.reason }] : [],
  );
  const stops = plans.flatMap((plan) =>
    plan.outcome === 'new' && plan.stopDropped
      ? [{ line: plan.row.line, reason: 'its stop lies on the wrong side and is left out' }]
      : [],
  );
  const prices = far.map((line) => ({ line, reason: 'its price is far from what was traded' }));
  const ordered = [...bad, ...orphans, ...prices, ...stops].toSorted((a, b) => a.line - b.line);
  const byReason = Map.groupBy(ordered, ({ reason }) => reason);
  return [...byReason].map(
    ([reason, own]) => `${linesWord(own.map(({ line }) => line))}: ${clip(reason, 160)}`,
  );
}

/** `Line 5`, `Lines 2, 3 and 4`, `Lines 2, 3, 4, 5 and 16 more`. */
function linesWord(lines: readonly number[]): string {
  const numbers = lines.map(String);
  if (numbers.length < 2) return `Line ${numbers[0] ?? '?'}`;
  const rest = numbers.length - MAX_LINES;
  return `Lines ${listed(rest > 1 ? [...numbers.slice(0, MAX_LINES), `${rest} more`] : numbers)}`;
}

function columnWords(columns: ImportColumns, header: readonly string[]): string {
  const named = IMPORT_FIELDS.flatMap((field) => {
    const index = columns[field];
    if (index === undefined) return [];
    const column = header[index] ?? '';
    return [column.toLowerCase() === field ? field : `${field} ← ${column}`];
  });
  return named.length === 0 ? 'none was recognised' : named.join(' · ');
}

function sampleLine({ row }: RowPlan): string {
  return `${fillTime(row.at)} ${fillWords(row)}`;
}
