import { isMuted, type Mutable, type Mute } from './mute.ts';
import { isQuiet, type QuietHours } from './quiet-hours.ts';
import type { Side } from './signal.ts';

/** Which cards mention a person by name. */
export interface NotifySettings {
  readonly userId: string;
  /** Empty: every ticker. */
  readonly tickers: readonly string[];
  readonly sides: readonly Side[];
  /** 0 to 1. */
  readonly minScore: number;
  readonly quietHours: QuietHours | null;
}

/** A card as far as somebody may want to be mentioned in it. */
export interface Notable extends Mutable {
  readonly side: Side;
  /** Of its headline. */
  readonly score: number;
}

/** The people whom a card mentions, in the order of the settings; nobody else is. */
export function whomToMention(
  card: Notable,
  {
    people,
    mutes,
    now,
  }: { readonly people: readonly NotifySettings[]; readonly mutes: readonly Mute[]; readonly now: number },
): string[] {
  return people.flatMap((settings) => {
    const mine = mutes.filter(({ userId }) => userId === settings.userId);
    return wants(settings, card, now) && !isMuted(card, mine) ? settings.userId : [];
  });
}

function wants(
  { tickers, sides, minScore, quietHours }: NotifySettings,
  card: Notable,
  now: number,
): boolean {
  if (tickers.length > 0 && !tickers.includes(card.ticker)) return false;
  if (!sides.includes(card.side) || card.score < minScore) return false;
  return quietHours === null || !isQuiet(quietHours, now);
}
