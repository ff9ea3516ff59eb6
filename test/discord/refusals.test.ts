import {
  type APIApplicationCommandOption,
  ComponentType,
  InteractionType,
  ApplicationCommandOptionType as Option,
} from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as commands from '../../commands/all.ts';
import * as buttons from '../../src/discord/buttons/all.ts';
import type { Button } from '../../src/discord/command.ts';
import { buildCustomId } from '../../src/discord/custom-id.ts';
import { withDatabase } from '../support/database.ts';
import { forgeMessage } from '../support/forged.ts';
import { rawInteraction } from '../support/raw-interactions.ts';
import { countRows } from '../support/row-counts.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
let before: Record<string, number>;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
  await desk.postCard();
  before = await countRows(database.current);
});
afterAll(() => desk.close());

const guarded = Object.values(commands).filter(({ access }) => access !== 'everyone');
const plugIns: readonly Button[] = Object.values(buttons).filter(({ access }) => access !== 'everyone');

/** What the audit log says Dave was refused since it was asked before. */
let read = 0;
async function refusedSince(): Promise<{ target: string; details: { reason: string } }[]> {
  const { rows } = await database.current.pool.query(
    `SELECT id::int, target, details FROM audit_log WHERE actor = $1 AND action = 'refused' AND id > $2 ORDER BY id`,
    [desk.discord.people.dave, read],
  );
  read = rows.at(-1)?.id ?? read;
  return rows.map(({ target, details }) => ({ target, details }));
}

async function expectRefused(target: string): Promise<void> {
  await expect
    .poll(refusedSince)
    .toEqual([{ target, details: { reason: expect.stringMatching(/^lacks the/) } }]);
  expect(await countRows(database.current), 'nothing was written').toEqual(before);
}

/** Every way to call a command: itself, or each of its subcommands with something for each option. */
function callsOf(options: readonly APIApplicationCommandOption[] = []): object[][] {
  const subcommands = options.filter(({ type }) => type === Option.Subcommand);
  if (subcommands.length === 0) return [options.filter(({ required }) => required).map(someValue)];
  return subcommands.map((sub) => [
    {
      type: sub.type,
      name: sub.name,
      options: ('options' in sub ? (sub.options ?? []) : [])
        .filter(({ required }) => required)
        .map(someValue),
    },
  ]);
}

function someValue({ type, name }: APIApplicationCommandOption): object {
  const isNumber = type === Option.Integer || type === Option.Number;
  return { type, name, value: isNumber ? 1 : type === Option.Boolean ? true : 'NVDA' };
}

describe('a person without the role is refused, it is audited, and nothing is written', () => {
  it.each(guarded)('by every call of /$data.name', async ({ data }) => {
    for (const options of callsOf(data.toJSON().options)) {
      const call = { id: '1', type: 1, name: data.name, options };
      desk.discord.faults.gateway.send(
        'INTERACTION_CREATE',
        rawInteraction(desk.discord, {
          person: 'dave',
          type: InteractionType.ApplicationCommand,
          data: call,
        }),
      );
      await expectRefused(`/${data.name}`);
    }
  });

  it.each(plugIns.filter(({ click }) => click))('by the button $name', async ({ name }) => {
    const message = await forgeMessage(desk.discord, buildCustomId(name, 1));

    const seen = await desk.discord.person('dave').click(message, 'Go');

    expect(seen).toMatchObject({ kind: 'message', message: { ephemeralFor: desk.discord.people.dave } });
    await expectRefused(name);
  });

  it.each(plugIns.filter(({ choose }) => choose))('by the menu $name', async ({ name }) => {
    const customId = buildCustomId(name, 1);
    const message = await forgeMessage(desk.discord, customId, 'menu');

    const seen = await desk.discord.person('dave').select(message, customId, ['forged']);

    expect(seen).toMatchObject({ kind: 'message', message: { ephemeralFor: desk.discord.people.dave } });
    await expectRefused(name);
  });

  it.each(plugIns.filter(({ submit }) => submit))('by the form $name', async ({ name }) => {
    const fields = { qty: '1', price: '100', fee: '', stop: '99' };
    const components = Object.entries(fields).map(([customId, value]) => ({
      type: ComponentType.Label,
      id: 1,
      component: { type: ComponentType.TextInput, id: 2, custom_id: customId, value },
    }));
    const data = { custom_id: buildCustomId(name, 1), components };

    desk.discord.faults.gateway.send(
      'INTERACTION_CREATE',
      rawInteraction(desk.discord, { person: 'dave', type: InteractionType.ModalSubmit, data }),
    );

    await expectRefused(name);
  });
});
