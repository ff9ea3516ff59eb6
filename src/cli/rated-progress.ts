const EVERY_MS = 500;
const EVERY_MS_IN_A_FILE = 10_000;
const WIDTH = 24;

/** A line that shows how far something is, how fast it goes and how long it will take. On stderr. */
export interface ProgressBar {
  /** @param doneNow of this run alone: the rate is taken from it. */
  show(
    label: string,
    progress: { readonly done: number; readonly total: number; readonly doneNow: number },
  ): void;
  /** Takes the bar off the terminal: what is printed next has a line of its own. */
  end(): void;
}

export function createProgressBar(now: () => number = Date.now): ProgressBar {
  const { stderr } = process;
  const started = new Map<string, number>();
  let shownAt = 0;
  let isDrawn = false;
  return {
    show(label, { done, total, doneNow }) {
      const began = started.get(label) ?? now();
      started.set(label, began);
      const isEnd = done >= total;
      if (!isEnd && now() - shownAt < (stderr.isTTY ? EVERY_MS : EVERY_MS_IN_A_FILE)) return;
      shownAt = now();
      const line = sayProgress(label, { done, total, doneNow, ms: now() - began });
      // The cursor goes back to the beginning: whatever is said next, by the log too, writes over the bar.
      stderr.write(stderr.isTTY ? `\u001b[2K${line}\r` : `${line}\n`);
      isDrawn = true;
    },
    end() {
      if (stderr.isTTY && isDrawn) stderr.write('\u001b[2K');
      isDrawn = false;
    },
  };
}

/** `scanner_hits ████████░░░░ 41 %  82,000 of 200,000  9,800/s  12 s left` */
export function sayProgress(
  label: string,
  {
    done,
    total,
    doneNow,
    ms,
  }: { readonly done: number; readonly total: number; readonly doneNow: number; readonly ms: number },
): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(share * WIDTH);
  const rate = ms > 0 ? (doneNow / ms) * 1000 : 0;
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const numbers = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
  const pace =
    rate === 0 ? '' : `  ${Math.round(rate).toLocaleString('en-US')}/s  ${sayLeft((total - done) / rate)}`;
  return `${label} ${bar} ${Math.floor(share * 100)} %  ${numbers}${pace}`;
}

function sayLeft(seconds: number): string {
  if (seconds <= 0) return 'done';
  if (seconds < 1) return 'done soon';
  if (seconds < 90) return `${Math.round(seconds)} s left`;
  return `${Math.round(seconds / 60)} min left`;
}
