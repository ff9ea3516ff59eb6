import type { Reminder } from '../../app/ports.ts';
import type { CardDetails } from '../../domain/card.ts';
import { expiryOf } from '../../domain/card-life.ts';
import { rAt } from '../../domain/touches.ts';
import { reminderButtons } from './card-buttons.ts';
import { expiryWords } from './card-state.ts';
import { type CardView, decidedWords } from './card-view.ts';
import { signedR } from './signed.ts';
import { clockTime } from './time.ts';
import { clip, duration, mentions, price, sideWord } from './words.ts';

/** Everything after this mark on a reminder is what people decided since. */
const SINCE = '\n-# ';
const CONTENT_MAX = 2000;
/** How every reminder begins. */
export const REMINDER_MARK = '⏰';

/** A snoozed card that comes back: the price now, or that its stop was hit meanwhile, and the buttons again. */
export function reminderView({
  original,
  mention,
  price: now,
}: Reminder): Pick<CardView, 'content' | 'components'> {
  const { card, levels, events } = original;
  const head = `${REMINDER_MARK} ${mentions(mention)} ${sideWord(card.side)} ${card.ticker} ${card.timeframe}`;
  const stopped = events.find(({ kind }) => kind === 'stop');
  if (stopped !== undefined) {
    const words = `the stop was touched ${clockTime(stopped.at)} while you waited, ${signedR(stopped.r)}`;
    return { content: `${head}: ${words}.`, components: [] };
  }
  const priceNow =
    now === null
      ? 'no price is known'
      : `now **${price(now.usd)}**${now.ageMs >= 60_000 ? ` (${duration(now.ageMs)} old)` : ''}, ${signedR(rAt(now.usd, { levels, side: card.side }))}`;
  const from = `from ${price(levels.entry)} · stop ${price(levels.stop)} · TP1 ${price(levels.tp1)}`;
  const expiry = expiryOf(original);
  const lines = [
    `${head} · ${priceNow}`,
    from,
    ...(expiry === null ? [] : [`Expired ${clockTime(expiry.at)}: ${expiryWords(expiry.by)}`]),
  ];
  return { content: lines.join('\n'), components: reminderButtons(original) };
}

/** A reminder on which somebody decided: its own words stay, with what people decided below. */
export function decidedReminder(content: string, details: CardDetails): Pick<CardView, 'content'> {
  const [said = ''] = content.split(SINCE);
  const decided = details.decisions.map(decidedWords).join(' · ');
  return { content: clip(`${said}${SINCE}${decided}`, CONTENT_MAX) };
}
