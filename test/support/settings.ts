import type { MarketSource } from '../../src/app/ports.ts';
import type { Settings } from '../../src/app/services.ts';

/** What use cases are told in a test: a live desk, candles closed half a minute after their end. */
export function aSettings(overrides: Partial<Settings> = {}): Settings {
  return {
    origin: 'live',
    graceMs: 30_000,
    fetchDeadlineMs: 20_000,
    codeVersion: 'test',
    configHash: 'test',
    levelRule: 'atr',
    alertChannelId: '1',
    baselines: { seed: 'test', rate: 0.1 },
    ...overrides,
  };
}

/** How far back Yahoo reaches. */
export const REACH_DAYS: MarketSource['reachDays'] = {
  '1m': 29,
  '5m': 60,
  '15m': 60,
  '1h': 730,
  '1d': 36_500,
};
