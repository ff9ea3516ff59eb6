import type { ExportProgress } from '../../app/training/export-training-set.ts';
import type { TrainingManifest } from '../../domain/training/manifest.ts';
import { percent } from './signed.ts';
import { clipLines } from './words.ts';

/** A file that comes with the answer. */
export interface AttachedFile {
  readonly name: string;
  readonly attachment: Buffer;
}

/** How far an export has come. */
export function exportProgressView({ rows, total }: ExportProgress): { readonly content: string } {
  return { content: `Exporting: ${rows} of ${total} rows written.` };
}

/** What a training set holds, what it lacks, and where it lies. */
export function exportResultView(
  { rows, dropped, files, filter, versions }: TrainingManifest,
  { place, attached }: { readonly place: string; readonly attached: readonly AttachedFile[] },
): { readonly content: string; readonly files: AttachedFile[] } {
  const horizon = filter.horizonBars === 0 ? 'to the session’s close' : `${filter.horizonBars} candles ahead`;
  const whole = attached.length === files.length + 1;
  const lines = [
    `**Training set**: ${rows.signals} signals and ${rows.baselines} baselines, ${rows.positive} of them with label 1.`,
    `Label version ${versions.labels.version}, ${horizon}; features version ${versions.features}.`,
    `Left out ${percent(dropped.share, 1)}${reasons(dropped.signals, 'signals')}${reasons(dropped.baselines, 'baselines')}.`,
    ...files.map(
      ({ name, bytes, sha256 }) =>
        `\`${name}\` ${(bytes / 1e6).toFixed(1)} MB, sha256 \`${sha256.slice(0, 16)}…\``,
    ),
    whole
      ? `Also on the bot’s machine: \`${place}\``
      : `Too large for Discord. On the bot’s machine: \`${place}\``,
  ];
  return { content: clipLines(lines, 2000), files: [...attached] };
}

function reasons(counts: Readonly<Record<string, number>>, what: string): string {
  const named = Object.entries(counts).filter(([, n]) => n > 0);
  if (named.length === 0) return '';
  return `; ${what}: ${named.map(([reason, n]) => `${n} ${reason.replaceAll('_', ' ')}`).join(', ')}`;
}
