import { OraError } from '../../domain/errors.ts';
import type { NotifySettings } from '../../domain/notify.ts';
import { parseQuietHours } from '../../domain/quiet-hours.ts';
import { SIDES } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import type { Services } from '../services.ts';

/** What a person typed; null leaves a setting as it is. */
export interface NotifyInput {
  readonly userId: string;
  /** Separated by commas or spaces; `all` for every ticker. */
  readonly tickers: string | null;
  /** `long`, `short` or `both`. */
  readonly side: string | null;
  readonly minScore: number | null;
  /** `12:00-13:30` in New York time; `none` for none. */
  readonly quietHours: string | null;
  readonly now: number;
}

/**
 * Chooses which cards mention a person by name: at first every card, then what was changed.
 *
 * @throws OraError `bad_input` for what cannot be read.
 */
export async function setNotify(
  { stores }: Pick<Services, 'stores'>,
  { userId, now, ...input }: NotifyInput,
): Promise<NotifySettings> {
  const before = (await stores.notify.of(userId)) ?? {
    userId,
    tickers: [],
    sides: SIDES,
    minScore: 0,
    quietHours: null,
  };
  const settings: NotifySettings = {
    userId,
    tickers: input.tickers === null ? before.tickers : parseTickers(input.tickers),
    sides: input.side === null ? before.sides : parseSides(input.side),
    minScore: input.minScore === null ? before.minScore : parseScore(input.minScore),
    quietHours:
      input.quietHours === null
        ? before.quietHours
        : isWord(input.quietHours, 'none')
          ? null
          : parseQuietHours(input.quietHours),
  };
  await stores.notify.set(settings, now);
  return settings;
}

function parseTickers(text: string): string[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.some((word) => isWord(word, 'all'))) return [];
  return [...new Set(words.map(parseTicker))];
}

function parseSides(text: string): NotifySettings['sides'] {
  if (isWord(text, 'both')) return SIDES;
  const side = SIDES.find((known) => known === text);
  if (side === undefined) throw new OraError('bad_input', `"${text}" is no side. Use long, short or both.`);
  return [side];
}

function parseScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new OraError('bad_input', `The minimum score must be between 0 and 1, not ${score}.`);
}

function isWord(text: string, word: string): boolean {
  return text.trim().toLowerCase() === word;
}
