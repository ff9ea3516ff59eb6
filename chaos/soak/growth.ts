import type { Size } from '../desk-child.ts';

/** How much a process held at one moment of its life. */
export interface Sample {
  /** Candles played so far. */
  readonly candle: number;
  readonly size: Size;
}

/** What it held more at the end of the samples than at their beginning, by the straight line through them. */
export interface Growth {
  readonly heapMb: number;
  readonly rssMb: number;
  readonly handles: number;
}

/** Noise of the collector and of sockets that are just being opened. */
const LIMIT: Growth = { heapMb: 8, rssMb: 40, handles: 6 };

/** Growth over the samples, at least two; 0 for fewer. */
export function growthOf(samples: readonly Sample[]): Growth {
  const of = (read: (size: Size) => number) =>
    growthOfLine(samples.map(({ candle, size }) => [candle, read(size)]));
  return { heapMb: of(({ heapMb }) => heapMb), rssMb: of(({ rssMb }) => rssMb), handles: of(countHandles) };
}

export function isFlat(growth: Growth): boolean {
  return (['heapMb', 'rssMb', 'handles'] as const).every((what) => growth[what] <= LIMIT[what]);
}

/** All handles of a process. */
export function countHandles({ handles }: Size): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}

/** Slope by least squares, times the span of x. */
function growthOfLine(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  if (points.length < 2 || spread === 0) return 0;
  const slope = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread;
  return slope * ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0));
}
