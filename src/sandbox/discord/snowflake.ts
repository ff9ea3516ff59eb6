const DISCORD_EPOCH_MS = 1_420_070_400_000;

/**
 * The id Discord would give the `n`-th thing made at `ms`: milliseconds since 2015 in the upper bits.
 * Source: Discord API reference, "Snowflakes".
 */
export function snowflakeAt(ms: number, n = 0): string {
  return String((BigInt(Math.max(0, ms - DISCORD_EPOCH_MS)) << 22n) + BigInt(n));
}

/** Gives ids that always rise, even when several are asked for in one millisecond. */
export function createSnowflakes(): () => string {
  let last = 0n;
  return () => {
    const fresh = BigInt(snowflakeAt(Date.now()));
    last = fresh > last ? fresh : last + 1n;
    return String(last);
  };
}

/** Orders ids by age, oldest first. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
