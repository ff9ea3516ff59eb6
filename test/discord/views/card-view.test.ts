import type { APIEmbed } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { cardHeadline, cardView } from '../../../src/discord/views/card-view.ts';
import { aCard, aStoredSignal, someDetails, someLevels } from '../../support/cards.ts';
import { expectWithinLimits } from '../../support/message-limits.ts';
import { FIRED_AT, someFeatures } from '../../support/signals.ts';

const live = { hasChart: true, notice: null };

function field(embed: APIEmbed | undefined, name: string): string | undefined {
  return embed?.fields?.find((each) => each.name.startsWith(name))?.value;
}

describe('cardHeadline', () => {
  it('says on one line what a phone must show', () => {
    const details = someDetails({ signals: [aStoredSignal({ score: 0.817, priceAtSignal: 187.4199 })] });

    expect(cardHeadline(details)).toBe('🟢 LONG NVDA 5m · 187.42 · breakout · score 0.82');
  });

  it('counts the detectors beside the headline', () => {
    const second = aStoredSignal({ id: 2, detectorId: 'rsi_reversal_v1', score: 0.4 });

    expect(cardHeadline(someDetails({ signals: [aStoredSignal(), second] }))).toContain(
      'breakout +1 · score 0.80',
    );
  });

  it('tells a short from a long by word and colour', () => {
    const card = aCard({ side: 'short' });
    const levels = someLevels({ stop: 101, tp1: 98.5, tp2: 97, tp3: 95 });
    const view = cardView(someDetails({ card, levels }), live);

    expect(view.content).toMatch(/^🔴 SHORT NVDA/);
    expect(view.embeds[0]?.color).not.toBe(cardView(someDetails(), live).embeds[0]?.color);
  });
});

describe('cardView', () => {
  it('names each level with its price and R', () => {
    const [embed] = cardView(someDetails(), live).embeds;

    expect(field(embed, 'Levels')).toMatch(/TP3 {4}105\.00 {2}\+5\.0\u00a0R/);
    expect(field(embed, 'Levels')).toMatch(/TP1 {4}101\.50 {2}\+1\.5\u00a0R/);
    expect(field(embed, 'Levels')).toMatch(/Stop {4}99\.00 {2}−1\.0\u00a0R/);
    expect(field(embed, 'Levels')).toContain('1 R = 1.00 USD a share (1 ATR)');
  });

  it('counts R in the trade’s favour for a short', () => {
    const levels = someLevels({ stop: 101, tp1: 98.5, tp2: 97, tp3: 95 });
    const [embed] = cardView(someDetails({ card: aCard({ side: 'short' }), levels }), live).embeds;

    expect(field(embed, 'Levels')).toMatch(/TP1 {5}98\.50 {2}\+1\.5\u00a0R/);
    expect(field(embed, 'Levels')).toMatch(/Stop {3}101\.00 {2}−1\.0\u00a0R/);
  });

  it('keeps the levels narrow enough for a phone', () => {
    const levels = someLevels({
      entry: 700_000,
      stop: 693_000,
      tp1: 710_500,
      tp2: 721_000,
      tp3: 735_000,
      risk: 7000,
    });
    const [embed] = cardView(someDetails({ levels }), live).embeds;

    for (const line of field(embed, 'Levels')?.split('\n') ?? []) expect(line.length).toBeLessThanOrEqual(45);
  });

  it('says which rule made the levels', () => {
    const [embed] = cardView(someDetails({ levels: someLevels({ rule: 'percent' }) }), live).embeds;

    expect(field(embed, 'Levels')).toContain('1\u00a0% of the price');
  });

  it('gives its reasons in words, and leaves out what is not known', () => {
    const [embed] = cardView(someDetails(), live).embeds;

    expect(field(embed, 'Why')).toBe('volume 2.3 × usual · RSI 61');
  });

  it('says apart what speaks against its side, and only then', () => {
    const signals = [aStoredSignal({ side: 'short', features: someFeatures({ macd_hist: 0.2, rsi14: 61 }) })];
    const [embed] = cardView(someDetails({ signals }), live).embeds;

    expect(field(embed, 'Why')).toBe('RSI 61');
    expect(field(embed, 'Against a short')).toBe('MACD up');
    expect(field(cardView(someDetails(), live).embeds[0], 'Against')).toBeUndefined();
  });

  it('lists its detectors with their scores, the headline first', () => {
    const second = aStoredSignal({ id: 2, detectorId: 'rsi_reversal_v1', score: 0.4 });
    const [embed] = cardView(someDetails({ signals: [aStoredSignal(), second] }), live).embeds;

    expect(field(embed, 'Detectors')).toBe('breakout 0.80 · RSI reversal 0.40');
  });

  it('says so when no feature is known yet', () => {
    const [embed] = cardView(
      someDetails({ signals: [aStoredSignal({ features: someFeatures() })] }),
      live,
    ).embeds;

    expect(field(embed, 'Why')).toContain('Too little history');
  });

  it('tells when the candle closed in the reader’s time and in New York', () => {
    const [embed] = cardView(someDetails(), live).embeds;

    expect(field(embed, 'Candle closed')).toBe(
      `<t:${FIRED_AT / 1000}:t> (10:05 ET), <t:${FIRED_AT / 1000}:R>`,
    );
  });

  it('tells how old the data was when it was older than it should be', () => {
    const signals = [aStoredSignal({ dataFreshnessMs: 95_000 })];

    const [embed] = cardView(someDetails({ signals }), live).embeds;

    expect(field(embed, 'Candle closed')).toContain(' · scanned 2 min later');
  });

  it('shows who decided what, newest first, and never how much', () => {
    const decisions = [
      { userId: '31', action: 'enter', decidedAt: FIRED_AT + 1000 },
      { userId: '32', action: 'ignore', decidedAt: FIRED_AT + 2000 },
    ] as const;
    const [embed] = cardView(someDetails({ decisions }), live).embeds;

    expect(field(embed, 'Decisions')?.split('\n')).toEqual([
      `<@32> ignored it <t:${FIRED_AT / 1000 + 2}:t> (10:05 ET)`,
      `<@31> entered <t:${FIRED_AT / 1000 + 1}:t> (10:05 ET)`,
    ]);
  });

  it('shows the chart only where the message carries it', () => {
    expect(cardView(someDetails(), live).embeds[0]?.image?.url).toBe('attachment://chart.png');
    expect(cardView(someDetails(), { ...live, hasChart: false }).embeds[0]?.image).toBeUndefined();
  });

  it('has buttons that carry the card', () => {
    const buttons = cardView(someDetails(), live).components[0]?.components ?? [];

    expect(buttons.map((button) => button.custom_id)).toEqual([
      'card:enter:123',
      'card:ignore:123',
      'card:watch:123',
      'card:snooze:123',
      'card:mute:123',
    ]);
  });

  it.each([
    ['live', null, 'card 123'],
    ['live', 'Simulated prices', 'card 123'],
    ['sandbox', 'Simulated prices', 'Simulated prices · card 123'],
    ['sandbox', null, 'Sandbox: not the live market · card 123'],
    ['replay', 'Simulated prices', 'Replayed from stored candles · card 123'],
    ['legacy', null, 'Imported from the old system · card 123'],
  ] as const)('says under a card of origin %s with notice %j: %s', (origin, notice, footer) => {
    const details = someDetails({ signals: [aStoredSignal({ origin })] });

    expect(cardView(details, { hasChart: true, notice }).embeds[0]?.footer?.text).toBe(footer);
  });

  it('stays within Discord’s limits with everything at its longest', () => {
    const signals = Array.from({ length: 60 }, (_, i) =>
      aStoredSignal({ id: i, detectorId: `a_long_detector_name_${i}_v1` }),
    );
    const decisions = Array.from({ length: 300 }, (_, i) => ({
      userId: `${10n ** 18n + BigInt(i)}`,
      action: 'snooze' as const,
      decidedAt: FIRED_AT + i,
    }));
    const details = someDetails({ card: aCard({ id: Number.MAX_SAFE_INTEGER }), signals, decisions });

    const view = cardView(details, { hasChart: true, notice: 'x'.repeat(5000) });

    expectWithinLimits(view);
    expect(field(view.embeds[0], 'Decisions')).toMatch(/… and \d+ more$/);
  });
});
