import type { NotifySettings } from '../../domain/notify.ts';
import { formatQuietHours } from '../../domain/quiet-hours.ts';
import { SIDES } from '../../domain/signal.ts';
import { listed } from './words.ts';

/** Which cards mention a person. */
export function notifyView(settings: NotifySettings | null): { readonly content: string } {
  if (settings === null) {
    return { content: 'No card mentions you: all come silently. Choose some with `/notify set`.' };
  }
  const { tickers, sides, minScore, quietHours } = settings;
  const parts = [
    tickers.length === 0 ? 'every ticker' : listed(tickers),
    sides.length === SIDES.length ? 'long and short' : `${listed(sides)} only`,
    minScore > 0 ? `score from ${minScore}` : 'any score',
    quietHours === null ? 'no quiet hours' : `quiet ${formatQuietHours(quietHours)} ET`,
  ];
  return { content: `🔔 Cards mention you for: ${parts.join(' · ')}.\nAll other cards come silently.` };
}
