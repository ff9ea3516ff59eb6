import { describe, expect, it } from 'vitest';
import { formatNewYork, formatRelative } from '../../../../src/sandbox/discord/page/time.ts';

describe('times', () => {
  const now = new Date('2025-11-18T15:35:00Z');

  it.each([
    ['2025-11-18T15:34:15Z', '45 seconds ago'],
    ['2025-11-18T15:30:00Z', '5 minutes ago'],
    ['2025-11-18T17:34:00Z', 'in 1 hour'],
    ['2025-11-16T15:35:00Z', '2 days ago'],
  ])('says how far %s lies away', (at, words) => {
    expect(formatRelative(new Date(at), now)).toBe(words);
  });

  it('shows the time at the exchange, in summer and in winter', () => {
    expect(formatNewYork(now)).toBe('Tue, Nov 18, 2025, 10:35 New York');
    expect(formatNewYork(new Date('2025-07-01T13:30:00Z'))).toBe('Tue, Jul 1, 2025, 09:30 New York');
  });
});
