const WIDTH = 24;
/** Between two drawings, ms. */
const EVERY_MS = 100;

/** A progress bar on one line of a terminal; where the stream is a file or a pipe it says nothing. */
export interface ProgressBar {
  /** @param share 0 to 1. */
  show(share: number, words: string): void;
  end(): void;
}

/** A bar that has not been drawn yet. */
export function showProgress(stream: NodeJS.WriteStream): ProgressBar {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(share, words) {
      const now = performance.now();
      if (!stream.isTTY || (share < 1 && now - drawnAt < EVERY_MS)) return;
      drawnAt = now;
      drawn = true;
      const full = Math.round(Math.min(1, share) * WIDTH);
      stream.write(`\r${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${words}\u001b[K`);
    },
    end() {
      if (drawn) stream.write('\n');
      drawn = false;
    },
  };
}
