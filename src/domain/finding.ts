/** What one check of a live configuration found, in a sentence that names the remedy when it is not well. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  /** `token`, `permissions`, `encryption`, … */
  readonly check: string;
  readonly sentence: string;
}

/** Difference between two clocks from which candles and tokens begin to suffer, ms. */
const CLOCK_WARN_MS = 2_000;
const CLOCK_FAIL_MS = 30_000;

/** Judges this machine's clock by another's. */
export function judgeClock(whose: string, offsetMs: number): Finding {
  const seconds = Math.abs(offsetMs / 1000).toFixed(1);
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  const size = Math.abs(offsetMs);
  const check = 'clock';
  if (size < CLOCK_WARN_MS) return { level: 'ok', check, sentence: `This machine agrees with ${whose}.` };
  return {
    level: size < CLOCK_FAIL_MS ? 'warn' : 'fail',
    check,
    sentence: `This machine is ${seconds} s ${direction} ${whose}: switch on time synchronisation (NTP).`,
  };
}
