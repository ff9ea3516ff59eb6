import type { SignalTimeframe } from './timeframe.ts';

export const MUTE_SCOPES = ['card', 'ticker', 'series', 'detector'] as const;

/** What a mute is about. */
export type MuteTarget =
  | { readonly scope: 'card'; readonly cardId: number }
  | { readonly scope: 'ticker'; readonly ticker: string }
  | { readonly scope: 'series'; readonly ticker: string; readonly timeframe: SignalTimeframe }
  | { readonly scope: 'detector'; readonly detectorId: string };

/** `NVDA 5m`, `breakout_v1`, `card 12`. */
export function muteTargetName(target: MuteTarget): string {
  switch (target.scope) {
    case 'card':
      return `card ${target.cardId}`;
    case 'ticker':
      return target.ticker;
    case 'series':
      return `${target.ticker} ${target.timeframe}`;
    case 'detector':
      return target.detectorId;
  }
}

/** Something that is not shown for a while. Detection and labels go on. */
export interface Mute {
  readonly id: number;
  readonly target: MuteTarget;
  /** Only this person is not mentioned; null: nobody is shown the cards. */
  readonly userId: string | null;
  readonly createdBy: string;
  /** Epoch ms. */
  readonly until: number;
}

/** The parts of a card that a mute can be about. */
export interface Mutable {
  readonly cardId: number;
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** All detectors on the card. */
  readonly detectorIds: readonly string[];
}

/** Whether one of the mutes covers a card; a muted detector alone does not, while another one fired too. */
export function isMuted(card: Mutable, mutes: readonly Mute[]): boolean {
  const targets = mutes.map(({ target }) => target);
  const detectors = new Set(targets.flatMap((each) => (each.scope === 'detector' ? each.detectorId : [])));
  return (
    targets.some((target) => covers(target, card)) ||
    (card.detectorIds.length > 0 && card.detectorIds.every((id) => detectors.has(id)))
  );
}

function covers(target: MuteTarget, card: Mutable): boolean {
  switch (target.scope) {
    case 'card':
      return target.cardId === card.cardId;
    case 'ticker':
      return target.ticker === card.ticker;
    case 'series':
      return target.ticker === card.ticker && target.timeframe === card.timeframe;
    case 'detector':
      return false;
  }
}
