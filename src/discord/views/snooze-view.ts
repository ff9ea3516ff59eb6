import { type APIActionRowComponent, type APIStringSelectComponent, ComponentType } from 'discord.js';
import { isUntil, UNTIL_CHOICES, type Until } from '../../domain/until.ts';
import { buildCustomId } from '../custom-id.ts';
import { nearTime } from './time.ts';

const WORDS: Readonly<Record<Until, string>> = {
  '15m': 'In 15 min',
  '1h': 'In 1 h',
  close: '15 min before the close',
  tomorrow: 'At tomorrow’s open',
};

/** When a snoozed card comes back to this person, and other times to choose. */
export function snoozePanel(
  cardId: number,
  dueAt: number,
): {
  readonly content: string;
  readonly components: APIActionRowComponent<APIStringSelectComponent>[];
} {
  return {
    content: `💤 Back at ${nearTime(dueAt)}, with the price of then.`,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.StringSelect,
            custom_id: buildCustomId('snooze:until', cardId),
            placeholder: 'Another time …',
            options: UNTIL_CHOICES.map((until) => ({ label: WORDS[until], value: until })),
          },
        ],
      },
    ],
  };
}

/** What was chosen; null for a value that no panel offers. */
export function readSnoozeChoice(value: string): Until | null {
  return isUntil(value) ? value : null;
}
