import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelCard } from '../../src/domain/models/read-model-card.ts';
import type { TrainingManifest } from '../../src/domain/training/manifest.ts';
import { createOnnxRuntime } from '../../src/ml/onnx-runtime.ts';
import { withDatabase } from '../support/database.ts';
import { python } from '../support/python.ts';
import { sharedData } from '../support/shared-data.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const STRATBACK = sharedData('stratback-5m');
const GAPPY = sharedData('marketdata-1m-2024');
const TRAIN_TO = '2022-06-30';
/** A day on which prices really rose at the open: a short that won by the split lost. */
const SPLIT_ON = '2022-06-21';
/** Five imports, two replays of four tickers, verifications and a training, on a machine that does other things too. */
const PATIENCE_MS = 480_000;

const canRun = python !== null && STRATBACK !== null && GAPPY !== null;

describe.skipIf(!canRun)('the training loop of docs/training.md (needs recorded candles and python3)', () => {
  const database = withDatabase();
  let folder: string;
  let said: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oracore-loop-'));
    await lay(folder);
    said = await runLoop(folder, database.current.url);
  }, PATIENCE_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What was said in a step, by the first word of its title. */
  const stepOf = (word: string, which = 0): string =>
    said.split(/^== /m).filter((step) => step.startsWith(`${word} `) || step.startsWith(`${word}:`))[which] ??
    '';
  const rows = async <Row>(sql: string): Promise<Row[]> =>
    (await database.current.pool.query(sql)).rows as Row[];

  it('goes through every step, and what it verifies holds', () => {
    const steps = [...said.matchAll(/^== (\w+)/gm)].map(([, verb]) => verb);

    expect(steps).toEqual([
      'import',
      'replay',
      'draw',
      'label',
      'how',
      'verify',
      'correct',
      'relabel',
      'how',
      'export',
      'train',
      'put',
      'replay',
    ]);
  });

  it('labels signals and baselines by both versions', async () => {
    const counts = await rows<{ what: string; version: number; n: number }>(
      `SELECT 'signal' AS what, label_version AS version, count(*)::int AS n FROM outcomes GROUP BY 2
       UNION ALL SELECT 'baseline', label_version, count(*)::int FROM baseline_outcomes GROUP BY 2 ORDER BY 1, 2`,
    );

    expect(counts.map(({ what, version }) => `${what} ${version}`)).toEqual([
      'baseline 1',
      'baseline 2',
      'signal 1',
      'signal 2',
    ]);
    for (const { n } of counts) expect(n).toBeGreaterThan(1000);
  });

  it('finds a split that the candles were not adjusted for, and labels that compare prices across it', async () => {
    expect(stepOf('verify')).toContain(
      'MSFT 5m 2022-06-21 13:30: the price jumps by a factor of 1/4, like a split that was not adjusted for',
    );
    const [kept] = await rows<{ worst: number; n: number }>(
      `SELECT min((before->>'ret_close')::float8) AS worst, count(*)::int AS n FROM outcome_revisions`,
    );
    expect(kept?.n).toBeGreaterThan(1000);
    expect(kept?.worst, 'a fall of three quarters that nobody suffered').toBeLessThan(-0.7);
  });

  it('leaves labels as they were while candles are corrected, and says which rest on them', () => {
    const corrected = stepOf('correct');

    expect(corrected).toMatch(/^0 outcomes written/m);
    expect(corrected).toMatch(/outcomes checked: 0 differ, [1-9]\d* rest on candles that were revised since/);
  });

  it('relabels when it is asked to, version by version, and the audit log says so', async () => {
    const said = [
      ...stepOf('relabel').matchAll(/^(\d+) outcomes taken away, kept in outcome_revisions; (\d+)/gm),
    ];
    const audited = await rows<{ target: string; withdrawn: number }>(
      `SELECT target, (details->>'withdrawn')::int AS withdrawn FROM audit_log
       WHERE action = 'relabel' AND actor LIKE 'terminal:%' ORDER BY id`,
    );

    expect(audited).toEqual(
      said.map(([, taken], index) => ({ target: `label version ${index + 1}`, withdrawn: Number(taken) })),
    );
    expect(
      said.every(([, taken, written]) => taken === written),
      'each comes again',
    ).toBe(true);
  });

  it('shows other numbers from then on, in which no split is left', async () => {
    const [now] = await rows<{ worst: number }>(
      `SELECT min(ret_close)::float8 AS worst FROM outcomes
       JOIN signals s ON s.id = signal_id JOIN symbols sym ON sym.id = s.symbol_id WHERE ticker = 'MSFT'`,
    );
    const set = await readFile(join(folder, 'out/set/training.csv'), 'utf8');
    const [head = '', ...lines] = set.trim().split('\n');
    const place = (name: string) => head.split(',').indexOf(name);
    const returns = lines
      .map((line) => line.split(','))
      .filter((cells) => cells[place('ticker')] === 'MSFT')
      .map((cells) => Number(cells[place('ret_close')]));

    expect(now?.worst).toBeGreaterThan(-0.25);
    expect(returns.length).toBeGreaterThan(500);
    expect(Math.min(...returns)).toBeGreaterThan(-0.1);
    const table = (step: string) =>
      step.split('\n').filter((line) => /^(version|tp1|stop|none|no_row) /.test(line));
    expect(table(stepOf('how', 0))).toHaveLength(5);
    expect(table(stepOf('how', 1))).not.toEqual(table(stepOf('how', 0)));
  });

  it('exports what it was told to, and says what is missing', async () => {
    const manifest: TrainingManifest = JSON.parse(
      await readFile(join(folder, 'out/set/manifest.json'), 'utf8'),
    );

    expect(manifest.rows.signals).toBeGreaterThan(2000);
    expect(manifest.rows.baselines).toBeGreaterThan(300);
    expect(Object.keys(manifest.rows.byTicker)).toEqual(['AAPL', 'MSFT', 'SPY']);
    expect(manifest.versions.labels.version).toBe(2);
    expect(manifest.dropped.share).toBeLessThan(0.1);
    expect(manifest.filter.to?.slice(0, 10), 'the end of a New York day').toBe('2022-07-01');
  });

  it('reports out-of-fold scores that are no miracle', async () => {
    const report = JSON.parse(await readFile(join(folder, 'out/report.json'), 'utf8'));

    expect(report.folds.length).toBe(5);
    const { auc, lift_95: lift, base_rate: base } = report.out_of_fold.all;
    expect(auc).toBeGreaterThan(0.45);
    expect(auc, 'such a score would be a leak').toBeLessThan(0.65);
    expect(base).toBeGreaterThan(0.2);
    expect(lift[0]).toBeLessThan(lift[1]);
    expect(report.calibration).toHaveLength(5);
  });

  it('gives in the scanner the scores it gave in training', async () => {
    const checks = JSON.parse(await readFile(join(folder, 'out/check.json'), 'utf8'));
    const model = await createOnnxRuntime().load(await readFile(join(folder, 'out/model.onnx')));
    const card = readModelCard(model.facts);

    const columns = card.inputs.map(({ name, impute }) =>
      Float32Array.from(
        checks.rows,
        (row: (number | null)[]) => row[checks.names.indexOf(name)] ?? impute ?? 0,
      ),
    );
    const scores = await model.score({ columns, rows: checks.rows.length, output: card.output });

    for (const [index, expected] of checks.scores.entries()) expect(scores[index]).toBeCloseTo(expected, 5);
    await model.close();
  });

  it('lets the model fire on what it has not seen, and shows nobody', async () => {
    const fired = await rows<{ ticker: string; first: Date; n: number; origin: string; low: number }>(
      `SELECT sym.ticker, min(fired_at) AS first, count(*)::int AS n, min(origin) AS origin, min(score)::float8 AS low
       FROM signals s JOIN symbols sym ON sym.id = s.symbol_id WHERE source_system = 'ml_scanner' GROUP BY 1 ORDER BY 1`,
    );
    const [model] = await rows<{ threshold: number; state: string }>(
      `SELECT threshold::float8, state FROM models`,
    );

    expect(fired.length).toBeGreaterThan(1);
    for (const { first, origin, low } of fired) {
      expect(first.toISOString().slice(0, 10) > TRAIN_TO).toBe(true);
      expect(origin).toBe('replay');
      expect(low).toBeGreaterThanOrEqual(model?.threshold ?? 1);
    }
    expect(model?.state).toBe('shadow');
    expect(await rows(`SELECT * FROM cards`)).toEqual([]);
    const [labelled] = await rows<{ n: number }>(
      `SELECT count(DISTINCT s.id)::int AS n FROM signals s JOIN outcomes o ON o.signal_id = s.id WHERE source_system = 'ml_scanner'`,
    );
    expect(labelled?.n).toBeGreaterThan(50);
  });
});

/**
 * Several tickers over the change to summer time, one with gaps and a half day, and one with a split: its
 * later rows divided by four, as a source that adjusts nothing would give them, and then all of them, as it
 * should have.
 */
async function lay(folder: string): Promise<void> {
  const candles = join(folder, 'candles');
  await mkdir(candles);
  for (const ticker of ['AAPL', 'SPY']) {
    const name = `${ticker}_5m_2022-02-14_2022-08-12.csv.gz`;
    await copyFile(join(STRATBACK ?? '', name), join(candles, name));
  }
  const gappy = 'TDG_1m_2024-02-20_2024-07-12.csv.gz';
  await copyFile(join(GAPPY ?? '', gappy), join(candles, gappy));
  const whole = gunzipSync(
    await readFile(join(STRATBACK ?? '', 'MSFT_5m_2022-02-14_2022-08-12.csv.gz')),
  ).toString();
  await writeFile(join(candles, 'MSFT_5m_split.csv.gz'), gzipSync(split(whole, SPLIT_ON, 4)));
  await mkdir(join(candles, 'corrected'));
  await writeFile(join(candles, 'corrected/MSFT_5m_adjusted.csv.gz'), gzipSync(split(whole, '', 4)));
}

function split(csv: string, from: string, ratio: number): string {
  const [header = '', ...lines] = csv.trim().split('\n');
  const rows = lines.map((line) => {
    const [time = '', open, high, low, close, volume] = line.split(',');
    if (time < from) return line;
    const prices = [open, high, low, close].map((price) => (Number(price) / ratio).toFixed(6));
    return [time, ...prices, Number(volume) * ratio].join(',');
  });
  return [header, ...rows].join('\n');
}

async function runLoop(folder: string, url: string): Promise<string> {
  const child = spawn(
    'bash',
    ['examples/training-loop.sh', join(folder, 'candles'), join(folder, 'out'), TRAIN_TO],
    {
      cwd: ROOT,
      signal: AbortSignal.timeout(PATIENCE_MS),
      env: {
        ...process.env,
        ORACORE: `${process.execPath} --disable-warning=ExperimentalWarning src/cli/main.ts`,
        PYTHON: python ?? '',
        PYTHONDONTWRITEBYTECODE: '1',
        DATABASE_URL: url,
        DATABASE_TLS: 'off',
        LOG_LEVEL: 'warn',
      },
    },
  );
  const [out, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`exit code ${code}\n${out.slice(-2000)}\n${errors.slice(-4000)}`);
  return out;
}
