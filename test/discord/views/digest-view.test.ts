import { describe, expect, it } from 'vitest';
import { eveningView, morningView } from '../../../src/discord/views/digest-view.ts';
import type { DigestFigures, MorningDigest } from '../../../src/domain/digest.ts';
import { aSession } from '../../support/builders.ts';

function aMorning(overrides: Partial<MorningDigest> = {}): MorningDigest {
  return {
    kind: 'morning',
    date: '2026-11-20',
    closesAt: aSession('2026-11-20').close,
    isHalfDay: false,
    watches: 9,
    behind: [],
    positions: [],
    hasOpened: false,
    gaps: [],
    unquoted: 0,
    held: [],
    ...overrides,
  };
}

const QUIET: DigestFigures = {
  signals: 0,
  sent: 0,
  listed: 0,
  held: 0,
  failed: 0,
  suppressed: {},
  decided: 0,
  undecided: 0,
  entered: 0,
  touched: { tp1: 0, tp2: 0, tp3: 0, stop: 0 },
  missed: { won: 0, lost: 0, r: 0 },
  unfilled: 0,
  stopless: 0,
};

const BUSY: DigestFigures = {
  ...QUIET,
  signals: 14,
  sent: 7,
  listed: 2,
  suppressed: { cooldown: 2, min_score: 1 },
  decided: 5,
  undecided: 2,
  entered: 2,
  touched: { tp1: 3, tp2: 1, tp3: 0, stop: 2 },
  missed: { won: 3, lost: 1, r: 3.5 },
  unfilled: 1,
  stopless: 2,
};

describe('the morning digest', () => {
  it('says what kind of day it is, the half day loudest', () => {
    expect(morningView(aMorning())).toMatch(/^🌅 \*\*Friday 20 November\*\* · 09:30 to 16:00 ET\n/);
    expect(
      morningView(aMorning({ date: '2026-11-27', isHalfDay: true, closesAt: aSession('2026-11-27').close })),
    ).toMatch(/^🌅 \*\*Friday 27 November\*\* · ⚠️ HALF DAY, 09:30 to 13:00 ET\n/);
  });

  it('shows watch health, positions without sizes, gaps and what waits', () => {
    const text = morningView(
      aMorning({
        behind: [{ ticker: 'AMD', timeframe: '5m' }],
        positions: [
          { traderId: '31', ticker: 'NVDA', side: 'long' },
          { traderId: '31', ticker: 'TSLA', side: 'short' },
        ],
        gaps: [{ ticker: 'NVDA', close: 100, now: 102.34 }],
        unquoted: 3,
        held: [{ ticker: 'AAPL', timeframe: '4h', side: 'long', price: 187.42 }],
      }),
    );

    expect(text.split('\n').slice(1)).toEqual([
      '👀 ⚠️ 1 of 9 watches ended without their last candle: AMD 5m',
      '💼 Open: <@31> NVDA long, TSLA short',
      '📊 Overnight: NVDA +2.3\u00a0% at 102.34 (no price of 3 before the open)',
      '⏸️ One card waits for the open:',
      '- 🟢 LONG AAPL 4h from the last close, 187.42',
    ]);
  });
});

describe('a morning digest that is late', () => {
  const late = (overrides: Partial<MorningDigest>) =>
    morningView(aMorning({ hasOpened: true, ...overrides }));

  it('calls nothing overnight that may have moved since the open', () => {
    const moved = late({ gaps: [{ ticker: 'NVDA', close: 100, now: 102.34 }], unquoted: 1 });

    expect(moved).toContain('📊 Since the last close: NVDA +2.3\u00a0% at 102.34 (no price of 1)');
    expect(late({})).toContain('📊 Nothing moved 0.5\u00a0% or more since the last close');
    expect(moved + late({})).not.toMatch(/overnight|before the open/i);
  });
});

describe('the evening digest', () => {
  it('says what became of signals, decisions, levels and the journal', () => {
    const text = eveningView({
      kind: 'evening',
      date: '2026-11-19',
      isHalfDay: false,
      day: BUSY,
      week: null,
    });

    expect(text.split('\n')).toEqual([
      '🌆 **Thursday 19 November** · the day',
      '🔔 14 signals on 12 cards: 7 posted, 2 in lists and 3 not shown (2 too soon after another, 1 low score)',
      '✋ Decided: 5 of 7, 2 entered, 2 left open',
      '🎯 Touched: TP1 3× · TP2 1× · stop 2×',
      '↩️ Not entered: 3 met TP1 first, 1 the stop · 3.5 R missed',
      '📒 Journal: ⚠️ 1 order without a fill (`/orders`) and 2 entries without a stop',
    ]);
  });

  it('calls what nobody lost spared', () => {
    const day = { ...BUSY, missed: { won: 0, lost: 2, r: -2 } };

    expect(eveningView({ kind: 'evening', date: '2026-11-19', isHalfDay: false, day, week: null })).toContain(
      '↩️ Not entered: 2 the stop · 2.0 R spared',
    );
  });

  it('counts one reason once', () => {
    const day = { ...BUSY, suppressed: { cooldown: 3 } };

    expect(eveningView({ kind: 'evening', date: '2026-11-19', isHalfDay: false, day, week: null })).toContain(
      'and 3 not shown (too soon after another)',
    );
  });

  it('adds the week, and is short about a day without signals', () => {
    const text = eveningView({
      kind: 'evening',
      date: '2026-11-20',
      isHalfDay: true,
      day: QUIET,
      week: { ...BUSY, from: '2026-11-16' },
    });

    expect(text).toContain(
      '· the half day\n🔕 No signal\n**The week since Monday 16 November**\n🔔 14 signals on 12 cards',
    );
  });

  it('keeps every line short enough for a phone’s three', () => {
    const text = eveningView({
      kind: 'evening',
      date: '2026-11-19',
      isHalfDay: false,
      day: BUSY,
      week: null,
    });

    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(110);
  });
});
