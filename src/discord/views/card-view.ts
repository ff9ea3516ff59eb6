import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { CardDecision, CardDetails, DecisionAction, Levels } from '../../domain/card.ts';
import type { Signal } from '../../domain/signal.ts';
import { type ButtonRow, cardButtons } from './card-buttons.ts';
import { stateLines } from './card-state.ts';
import { REASON_WORDS, reasonRows } from './reason-rows.ts';
import { NBSP, signedR } from './signed.ts';
import { clockTime, discordTime } from './time.ts';
import { whyLines } from './why.ts';
import { clip, clipLines, detectorName, duration, mentions, price, sideWord } from './words.ts';

/** Name of the chart's file on a card's message. */
export const CHART_FILE = 'chart.png';

export interface CardViewOptions {
  /** The message carries the chart, so the embed shows it. */
  readonly hasChart: boolean;
  /** Said under the card when its prices are not live; null for the standard words. */
  readonly notice: string | null;
}

/** An alert card as a message. */
export interface CardView {
  /** What a phone's notification shows. */
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
}

const COLOURS = { long: 0x2e9e6b, short: 0xd0453e } as const;
const FIELD_MAX = 1024;
const FRESH_MS = 10_000;

/** All of a card: headline, levels with R, reasons, detectors, age, who decided what, chart and buttons. */
export function cardView(details: CardDetails, options: CardViewOptions): CardView {
  const { card, signals, levels, decisions } = details;
  const [headline] = signals;
  if (headline === undefined) throw new Error(`card ${card.id} has no signal`);
  const embed: APIEmbed = {
    title: `${card.ticker} ${card.timeframe} ${card.side}`,
    color: COLOURS[card.side],
    description: stateLines(details).join('\n'),
    fields: [
      { name: 'Levels', value: levelsTable(levels) },
      ...whyFields(headline),
      ...(signals.length === 1 ? [] : [{ name: 'Detectors', value: detectorsField(signals) }]),
      { name: 'Candle closed', value: candleField(headline) },
      ...(decisions.length === 0
        ? []
        : [{ name: 'Decisions', value: clipLines(decisions.toReversed().map(decisionLine), FIELD_MAX) }]),
    ],
    footer: { text: footer(details, options.notice) },
    ...(options.hasChart && { image: { url: `attachment://${CHART_FILE}` } }),
  };
  return {
    content: [cardHeadline(details), mentions(card.mentioned)].join(' ').trim(),
    embeds: [embed],
    components: [...cardButtons(details), ...reasonRows(details)],
  };
}

/** `🟢 LONG NVDA 5m · 187.42 · breakout +1 · score 0.82` */
export function cardHeadline({ card, signals }: CardDetails): string {
  const [headline, ...others] = signals;
  if (headline === undefined) throw new Error(`card ${card.id} has no signal`);
  const more = others.length === 0 ? '' : ` +${others.length}`;
  return [
    `${sideWord(card.side)} ${card.ticker} ${card.timeframe}`,
    price(headline.priceAtSignal),
    `${detectorName(headline.detectorId)}${more}`,
    `score ${headline.score.toFixed(2)}`,
  ].join(' · ');
}

/** What the chart shows, for people who cannot see it. */
export function chartAltText({ card, levels }: CardDetails): string {
  return `Candles of ${card.ticker} ${card.timeframe} with entry ${price(levels.entry)}, stop ${price(levels.stop)} and three targets up to ${price(levels.tp3)}`;
}

/** As a ladder, the highest price first, so that a long and a short read like the chart. */
function levelsTable(levels: Levels): string {
  const named = [
    ['TP3', levels.tp3],
    ['TP2', levels.tp2],
    ['TP1', levels.tp1],
    ['Entry', levels.entry],
    ['Stop', levels.stop],
  ] as const;
  const rows = named.toSorted(([, a], [, b]) => b - a);
  const width = Math.max(...rows.map(([, level]) => price(level).length));
  const lines = rows.map(([name, level]) =>
    `${name.padEnd(5)}  ${price(level).padStart(width)}  ${levelR(level, levels)}`.trimEnd(),
  );
  const rule = levels.rule === 'atr' ? '1 ATR' : `1${NBSP}% of the price`;
  return `\`\`\`\n${lines.join('\n')}\n\`\`\`1 R = ${levels.risk.toFixed(levels.entry < 1 ? 4 : 2)} USD a share (${rule})`;
}

/** Profit at a level in units of the risk, from the trade's side; empty at the entry. */
function levelR(level: number, { entry, stop, risk }: Levels): string {
  if (level === entry || risk === 0) return '';
  return signedR(((stop < entry ? 1 : -1) * (level - entry)) / risk);
}

function whyFields(signal: Signal): APIEmbedField[] {
  const { reasons, against } = whyLines(signal);
  const known = [
    { name: 'Why', lines: reasons },
    { name: `Against a ${signal.side}`, lines: against },
  ].filter(({ lines }) => lines.length > 0);
  if (known.length === 0) return [{ name: 'Why', value: 'Too little history yet to say why.' }];
  return known.map(({ name, lines }) => ({ name, value: clipLines(lines, FIELD_MAX) }));
}

function detectorsField(signals: readonly Signal[]): string {
  const words = signals.map(({ detectorId, score }) => `${detectorName(detectorId)} ${score.toFixed(2)}`);
  return clip(words.join(' · '), FIELD_MAX);
}

/** When the candle closed, in the reader's time and in New York, and how old it was when it was scanned. */
function candleField({ firedAt, dataFreshnessMs }: Signal): string {
  return [`${clockTime(firedAt)}, ${discordTime(firedAt, 'R')}`, ...sayAge(dataFreshnessMs)].join(' · ');
}

/** Nothing while the data is as fresh as it should be: a number that is always small is not read. */
function sayAge(dataFreshnessMs: number | null): string[] {
  if (dataFreshnessMs === null) return ['found by a replay'];
  return dataFreshnessMs <= FRESH_MS ? [] : [`scanned ${duration(dataFreshnessMs)} later`];
}

const DECIDED: Readonly<Record<DecisionAction, string>> = {
  enter: 'entered',
  ignore: 'ignored it',
  watch: 'watches it',
  snooze: 'snoozed it',
};

function decisionLine(decision: CardDecision): string {
  const reasons = (decision.reasons ?? []).map((reason) => REASON_WORDS[reason].toLowerCase());
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return `${decidedWords(decision)}${why} ${clockTime(decision.decidedAt)}`;
}

/** `<@1> watches it`. */
export function decidedWords({ userId, action }: CardDecision): string {
  return `<@${userId}> ${DECIDED[action]}`;
}

function footer({ card, signals }: CardDetails, notice: string | null): string {
  const origin = signals[0]?.origin ?? 'live';
  const standard = {
    live: null,
    sandbox: 'Sandbox: not the live market',
    replay: 'Replayed from stored candles',
    legacy: 'Imported from the old system',
  } as const;
  const said = origin === 'sandbox' ? (notice ?? standard.sandbox) : standard[origin];
  return clip([...(said === null ? [] : [said]), `card ${card.id}`].join(' · '), 2048);
}
