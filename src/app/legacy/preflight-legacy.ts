import type { LegacyDocument } from '../../domain/legacy/document.ts';
import { type CollectionSurvey, startSurvey } from '../../domain/legacy/survey.ts';
import { type LegacyDesk, pagesOf, patiently } from './legacy-desk.ts';

export interface PreflightInput {
  /** Documents drawn from each collection; `all` reads every one. */
  readonly sample: number | 'all';
  readonly now: number;
}

export interface PreflightCollection extends CollectionSurvey {
  /** Documents that are there. */
  readonly documents: number;
}

export interface PreflightReport {
  readonly collections: readonly PreflightCollection[];
  /** Collections that the mapping says nothing about: nothing of them is taken. */
  readonly unmapped: readonly { readonly collection: string; readonly documents: number }[];
  /** Collections that the mapping speaks of but that are not there. */
  readonly absent: readonly string[];
  /** The user of MONGODB_URL could change documents, which nothing before the mirror needs. */
  readonly mayWrite: boolean;
  /** Nothing is left that the mapping would have to state. */
  readonly clean: boolean;
}

/**
 * Looks at the old collections without touching them: what they hold, and what the mapping would make of
 * it. Written down as a step; the cutover asks for it.
 *
 * @throws OraError `unavailable` when MongoDB does not answer.
 */
export async function preflightLegacy(
  desk: LegacyDesk,
  { sample, now }: PreflightInput,
  onProgress: (collection: string, read: number, total: number) => void = () => {},
): Promise<PreflightReport> {
  const mayWrite = await patiently(desk, () => desk.source.mayWrite());
  const there = await patiently(desk, () => desk.source.collections());
  const collections: PreflightCollection[] = [];
  const unmapped: { collection: string; documents: number }[] = [];
  for (const collection of there) {
    const documents = await patiently(desk, () => desk.source.count(collection));
    if (desk.mapping.collections[collection] === undefined) {
      unmapped.push({ collection, documents });
      continue;
    }
    const survey = startSurvey(collection, desk.mapping, now);
    let read = 0;
    for await (const page of documentsOf(desk, collection, sample)) {
      for (const document of page) survey.add(document);
      read += page.length;
      onProgress(collection, read, sample === 'all' ? documents : Math.min(sample, documents));
    }
    collections.push({ ...survey.result(), documents });
  }
  const report: PreflightReport = {
    collections,
    unmapped,
    mayWrite,
    absent: Object.keys(desk.mapping.collections).filter((name) => !there.includes(name)),
    clean: collections.every(({ rejections }) => rejections.every(({ isMendable }) => !isMendable)),
  };
  await desk.stores.migrationLog.record({
    at: now,
    actor: desk.actor,
    step: 'preflight',
    clean: report.clean,
    window: null,
    mappingHash: desk.mappingHash,
    figures: figuresOf(report, sample),
  });
  return report;
}

async function* documentsOf(
  desk: LegacyDesk,
  collection: string,
  sample: number | 'all',
): AsyncGenerator<readonly LegacyDocument[]> {
  if (sample !== 'all') {
    yield await patiently(desk, () => desk.source.sample(collection, sample));
    return;
  }
  for await (const { documents } of pagesOf(desk, collection, null)) yield documents;
}

function figuresOf({ collections }: PreflightReport, sample: number | 'all') {
  const figures = collections.map(({ fields, rejections, ...rest }) => ({
    ...rest,
    rejections: Object.fromEntries(rejections.map(({ code, documents }) => [code, documents])),
  }));
  return { sample, collections: figures };
}
