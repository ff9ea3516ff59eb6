import type { CardDetails, CardEvent, CardEventKind, ExpiryCause } from '../../domain/card.ts';
import { expiryOf, HORIZON_CANDLES } from '../../domain/card-life.ts';
import { rAt } from '../../domain/touches.ts';
import { signedPercent, signedR } from './signed.ts';
import { clockTime } from './time.ts';
import { price } from './words.ts';

interface EventWords {
  readonly icon: string;
  readonly name: string;
  /** What befell it, in a sentence. */
  readonly verb: string;
}

const EVENTS: Readonly<Record<CardEventKind, EventWords>> = {
  tp1: { icon: '🎯', name: 'TP1', verb: 'touched' },
  tp2: { icon: '🎯', name: 'TP2', verb: 'touched' },
  tp3: { icon: '🎯', name: 'TP3', verb: 'touched' },
  stop: { icon: '🛑', name: 'Stop', verb: 'touched' },
  horizon: { icon: '🏁', name: `${HORIZON_CANDLES} candles`, verb: 'over' },
};

const CAUSES: Readonly<Record<ExpiryCause, string>> = {
  time: 'three candles have passed',
  tp1: 'TP1 was touched',
  stop: 'the stop was touched',
};

/** Where a card stands: whether it can still be acted on, and what has happened to it, oldest first. */
export function stateLines(details: CardDetails): string[] {
  return [standing(details), ...gapLine(details), ...details.events.map(eventLine)];
}

/** `🎯 TP1 +1.5 R · 16:35 (10:35 ET)`: one line on a phone. */
function eventLine({ kind, at, r }: CardEvent): string {
  const { icon, name } = EVENTS[kind];
  return `${icon} ${name} **${signedR(r)}** · ${clockTime(at)}`;
}

/** `🎯 TP1 touched 16:35 (10:35 ET), +1.5 R at 101.20`. */
export function eventSentence({ kind, at, price: usd, r }: CardEvent): string {
  const { icon, name, verb } = EVENTS[kind];
  return `${icon} ${name} ${verb} ${clockTime(at)}, **${signedR(r)}** at ${price(usd)}`;
}

/** Why a card can no longer be acted on: "TP1 was touched". */
export function expiryWords(cause: ExpiryCause): string {
  return CAUSES[cause];
}

function standing(details: CardDetails): string {
  const expiry = expiryOf(details);
  if (expiry !== null) return `⌛ **Expired** ${clockTime(expiry.at)}: ${expiryWords(expiry.by)}`;
  const word = details.decisions.length === 0 ? '⏳ **Open**' : '✔️ **Decided**, open';
  return details.card.expiresAt === null ? word : `${word} until ${clockTime(details.card.expiresAt)}`;
}

/** Where a card that waited for the open came back. */
function gapLine({ card, levels }: CardDetails): string[] {
  if (card.heldReason !== 'closing_bell') return [];
  if (card.gapPrice === null) return ['🌅 From the last close; its open is not known yet'];
  const change = signedPercent(card.gapPrice / levels.entry - 1);
  const r = signedR(rAt(card.gapPrice, { levels, side: card.side }));
  return [`🌅 From the last close; opened ${price(card.gapPrice)}, ${change}, ${r}`];
}
