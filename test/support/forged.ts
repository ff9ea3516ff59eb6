import { ButtonStyle, ComponentType } from 'discord.js';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';

/** A message of the bot's with one button or menu that no card of the bot's carries. */
export async function forgeMessage(
  discord: LocalDiscord,
  customId: string,
  kind: 'button' | 'menu' = 'button',
): Promise<UiMessage> {
  const component =
    kind === 'button'
      ? { type: ComponentType.Button, custom_id: customId, label: 'Go', style: ButtonStyle.Primary }
      : {
          type: ComponentType.StringSelect,
          custom_id: customId,
          options: [{ label: 'forged', value: 'forged' }],
        };
  const response = await fetch(`${discord.apiUrl}/v10/channels/${discord.channels.desk}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      content: 'forged',
      components: [{ type: ComponentType.ActionRow, components: [component] }],
    }),
  });
  if (!response.ok) throw new Error(`the message was refused: ${await response.text()}`);
  return (await response.json()) as UiMessage;
}
