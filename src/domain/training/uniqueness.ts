import type { TradingClock } from './trading-clock.ts';

/** The time in which a label lives. */
export interface LabelSpan {
  readonly t0: number;
  readonly t1: number;
}

/**
 * Average uniqueness of overlapping labels: the mean over a label's life of one divided by the number of
 * labels alive then (López de Prado, Advances in Financial Machine Learning, chapter 4). Labels that
 * share their returns share their weight: k copies of one have 1/k each.
 *
 * One for each group of labels that overlap, which is a ticker. Memory grows with the labels alive at
 * once, not with history.
 */
export interface UniquenessSweep {
  /** Takes labels in the order of `t0`. @returns what tells its uniqueness, in (0, 1], once all that begin before its `t1` are in. */
  begin(span: LabelSpan): () => number;
}

interface Living {
  /** Trading time, ms. */
  readonly start: number;
  readonly end: number;
  /** The integral of 1 / concurrency at its start, and at its end once that is passed. */
  readonly before: number;
  after: number | null;
}

/** An empty sweep. */
export function createUniquenessSweep(clock: TradingClock): UniquenessSweep {
  const living = createHeap();
  let now = 0;
  /** Trading time divided by the number of labels alive, summed. */
  let shared = 0;

  const advance = (to: number): void => {
    for (let next = living.peek(); next !== undefined && next.end <= to; next = living.peek()) {
      pass(next.end);
      next.after = shared;
      living.pop();
    }
    pass(to);
  };
  const pass = (to: number): void => {
    if (living.size() > 0) shared += (to - now) / living.size();
    now = to;
  };

  return {
    begin({ t0, t1 }) {
      const start = clock(t0);
      advance(start);
      // A label that ends with its session has begun and ended at the close: it lives for one instant.
      const label: Living = { start, end: Math.max(clock(t1), start + 1), before: shared, after: null };
      living.push(label);
      return () => {
        if (label.after === null) advance(label.end);
        return Math.min(1, ((label.after ?? shared) - label.before) / (label.end - label.start));
      };
    },
  };
}

/** A binary heap, the earliest end on top. */
function createHeap() {
  const heap: Living[] = [];
  const endAt = (index: number) => heap[index]?.end ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  return {
    size: () => heap.length,
    peek: () => heap[0],
    push(item: Living): void {
      let at = heap.push(item) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && endAt(parent) > endAt(at); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    pop(): void {
      swap(0, heap.length - 1);
      heap.pop();
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const least = endAt(right) < endAt(left) ? right : left;
        if (endAt(least) >= endAt(at)) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
