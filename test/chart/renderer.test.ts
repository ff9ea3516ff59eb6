import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChartRenderer } from '../../src/app/ports.ts';
import { type ChartRendererOptions, createChartRenderer } from '../../src/chart/renderer.ts';
import { sharedData } from '../support/shared-data.ts';
import { aSignalSpec, aSpec, recordedCandles } from './charts.ts';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const wayward = new URL('./wayward-worker.ts', import.meta.url);

const open: ChartRenderer[] = [];
const warnings: string[] = [];

function aRenderer(options: Partial<ChartRendererOptions> = {}): ChartRenderer {
  const log = { warn: (_: object, message: string) => void warnings.push(message) };
  const renderer = createChartRenderer({ log, ...options });
  open.push(renderer);
  return renderer;
}

afterEach(async () => {
  warnings.length = 0;
  await Promise.all(open.splice(0).map((renderer) => renderer.close()));
});

/** Width and height from the IHDR chunk. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe('a chart', () => {
  test('is a PNG of 1000 x 560 pixels, drawn in a worker', async () => {
    const png = await aRenderer().draw(aSignalSpec());

    expect([...png.slice(0, 8)]).toEqual(PNG_SIGNATURE);
    expect(sizeOf(png)).toEqual([1000, 560]);
    expect(png.length, 'small enough to upload, too large to be empty').toBeGreaterThan(20_000);
  });

  test('is the same for the same candles, whatever was drawn between', async () => {
    const renderer = aRenderer();

    const [first, , again] = await Promise.all([
      renderer.draw(aSignalSpec()),
      renderer.draw(aSpec({ ticker: 'QQQ', shown: 40 })),
      renderer.draw(aSignalSpec()),
    ]);

    expect(Buffer.compare(first, again)).toBe(0);
  });

  test('is refused without candles', async () => {
    await expect(aRenderer().draw(aSpec({ candles: [] }))).rejects.toMatchObject({
      code: 'data_missing',
      message: 'There are no 5m candles of SPY to draw.',
    });
  });

  const file = sharedData('marketdata-1m-2024/BKNG_1m_2024-02-20_2024-07-12.csv.gz');
  test.skipIf(file === null)('of a thin stock on a half day is drawn (needs recorded candles)', async () => {
    const candles = recordedCandles(file ?? '', '1m').filter(
      ({ ts }) => ts < Date.parse('2024-07-03T17:00:00Z'),
    );

    const png = await aRenderer().draw(aSignalSpec({ ticker: 'BKNG', timeframe: '1m', candles }));

    expect(sizeOf(png)).toEqual([1000, 560]);
  });
});

describe('a worker', () => {
  test('that dies is replaced and its chart drawn all the same', async () => {
    const mine = join(tmpdir(), `chart-${randomUUID()}`);
    writeFileSync(mine, '');
    const renderer = aRenderer({ program: wayward });

    const png = await renderer.draw(aSpec({ ticker: mine }));

    expect(sizeOf(png)).toEqual([1000, 560]);
    expect(warnings).toEqual(['chart worker died']);
  });

  test('that dies twice over a chart gives up that one and draws those behind it', async () => {
    const renderer = aRenderer({ program: wayward });

    const [deadly, behind] = await Promise.allSettled([
      renderer.draw(aSpec({ ticker: 'DIE' })),
      renderer.draw(aSpec()),
    ]);

    expect(deadly).toMatchObject({
      reason: { code: 'unavailable', message: 'The 5m chart of DIE could not be drawn. Try again.' },
    });
    expect(behind.status).toBe('fulfilled');
  });

  test('that misses the deadline is ended, and the next chart is drawn', async () => {
    const renderer = aRenderer({ program: wayward, deadlineMs: 3_000 });

    const [hanging, behind] = await Promise.allSettled([
      renderer.draw(aSpec({ ticker: 'HANG' })),
      renderer.draw(aSpec()),
    ]);

    expect(hanging).toMatchObject({ reason: { code: 'unavailable' } });
    expect(behind.status).toBe('fulfilled');
    expect(warnings).toEqual(['chart missed its deadline']);
  });

  test('is replaced after its share of charts, unseen by who waits', async () => {
    const renderer = aRenderer({ chartsPerWorker: 2 });

    const charts = await Promise.all(Array.from({ length: 5 }, () => renderer.draw(aSpec({ shown: 20 }))));

    expect(charts.map(sizeOf)).toEqual(Array.from({ length: 5 }, () => [1000, 560]));
    expect(warnings).toEqual([]);
  });

  test('survives a chart that cannot be drawn', async () => {
    const renderer = aRenderer();
    const offGrid = aSpec().candles.map((candle) => ({ ...candle, ts: candle.ts + 1 }));

    await expect(renderer.draw(aSpec({ candles: offGrid }))).rejects.toMatchObject({ code: 'unavailable' });

    expect(sizeOf(await renderer.draw(aSpec()))).toEqual([1000, 560]);
    expect(warnings).toEqual([]);
  });
});

describe('the queue', () => {
  test('refuses one chart more than may wait', async () => {
    const renderer = aRenderer({ queueLimit: 1 });

    const [drawn, waiting, refused] = await Promise.allSettled([
      renderer.draw(aSpec()),
      renderer.draw(aSpec()),
      renderer.draw(aSpec()),
    ]);

    expect([drawn.status, waiting.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(refused).toMatchObject({ reason: { code: 'unavailable' } });
  });

  test('is emptied on closing, and nothing is taken after', async () => {
    const renderer = aRenderer();
    const waiting = Promise.allSettled([renderer.draw(aSpec()), renderer.draw(aSpec())]);

    await renderer.close();

    expect(await waiting).toMatchObject([
      { reason: { code: 'unavailable' } },
      { reason: { code: 'unavailable' } },
    ]);
    await expect(renderer.draw(aSpec())).rejects.toMatchObject({ code: 'unavailable' });
    expect(warnings).toEqual([]);
  });
});
