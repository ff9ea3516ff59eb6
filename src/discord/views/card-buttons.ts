import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { CardDetails } from '../../domain/card.ts';
import { expiryOf } from '../../domain/card-life.ts';
import { buildCustomId } from '../custom-id.ts';

export type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

interface CardButton {
  /** Its plug-in. */
  readonly name: string;
  readonly label: string;
  readonly style: APIButtonComponentWithCustomId['style'];
}

const ENTER: CardButton = { name: 'card:enter', label: 'Enter', style: ButtonStyle.Success };
const LATE_FILL: CardButton = { name: 'card:enter', label: 'Log late fill', style: ButtonStyle.Secondary };
const IGNORE: CardButton = { name: 'card:ignore', label: 'Ignore', style: ButtonStyle.Secondary };
const WATCH: CardButton = { name: 'card:watch', label: 'Watch', style: ButtonStyle.Primary };
const SNOOZE: CardButton = { name: 'card:snooze', label: 'Snooze', style: ButtonStyle.Secondary };
const MUTE: CardButton = { name: 'card:mute', label: 'Mute', style: ButtonStyle.Secondary };

/** What can be done about a card; an expired one is no longer offered to be entered. Each row fits a phone. */
export function cardButtons(details: CardDetails): ButtonRow[] {
  const { id } = details.card;
  if (expiryOf(details) === null) return [row(id, [ENTER, IGNORE, WATCH, SNOOZE, MUTE])];
  return [row(id, [LATE_FILL, IGNORE, WATCH]), row(id, [SNOOZE, MUTE])];
}

/** What can be done about a card that came back. */
export function reminderButtons(details: CardDetails): ButtonRow[] {
  const { id } = details.card;
  if (expiryOf(details) === null) return [row(id, [ENTER, IGNORE, WATCH, SNOOZE])];
  return [row(id, [LATE_FILL, IGNORE]), row(id, [WATCH, SNOOZE])];
}

function row(cardId: number, buttons: readonly CardButton[]): ButtonRow {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ name, label, style }) => ({
      type: ComponentType.Button,
      custom_id: buildCustomId(name, cardId),
      label,
      style,
    })),
  };
}
