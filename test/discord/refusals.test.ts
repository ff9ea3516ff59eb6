import {
  type APIApplicationCommandOption,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  ApplicationCommandOptionType as Option,
} from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as commands from '../../commands/all.ts';
import type { Access } from '../../src/discord/access.ts';
import * as buttons from '../../src/discord/buttons/all.ts';
import type { Button, Command } from '../../src/discord/command.ts';
import { buildCustomId } from '../../src/discord/custom-id.ts';
import type { PersonName } from '../../src/sandbox/discord/seed.ts';
import { withDatabase } from '../support/database.ts';
import { fingerprintRows } from '../support/fingerprint-rows.ts';
import { forgeMessage } from '../support/forged.ts';
import { rawInteraction } from '../support/raw-interactions.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
let before: Record<string, string>;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
  await desk.postCard();
  before = await fingerprintRows(database.current);
});
afterAll(() => desk.close());

type Guarded = Exclude<Access, 'everyone'>;
/** People who lack it: an outsider, and somebody who has another role, for no role includes another. */
const LACKING: Readonly<Record<Guarded, readonly PersonName[]>> = {
  trader: ['dave', 'carol'],
  admin: ['dave', 'alice'],
  setup: ['dave', 'alice'],
};

/** Each guarded thing with each person who lacks its role. */
function withStrangers<T extends { readonly access: Access }>(things: readonly T[]) {
  return things.flatMap((thing) =>
    thing.access === 'everyone' ? [] : LACKING[thing.access].map((person) => ({ thing, person })),
  );
}

const allCommands: readonly Command[] = Object.values(commands);
const plugIns: readonly Button[] = Object.values(buttons);
const named = ({ thing, person }: { thing: Command | Button; person: PersonName }) =>
  [person, 'data' in thing ? thing.data.name : thing.name] as const;

/** What the audit log says somebody was refused since it was asked before. */
let read = 0;
async function refusedSince(person: PersonName): Promise<{ target: string; details: { reason: string } }[]> {
  const { rows } = await database.current.pool.query(
    `SELECT id::int, target, details FROM audit_log WHERE actor = $1 AND action = 'refused' AND id > $2 ORDER BY id`,
    [desk.discord.people[person], read],
  );
  read = rows.at(-1)?.id ?? read;
  return rows.map(({ target, details }) => ({ target, details }));
}

async function expectRefused(person: PersonName, target: string): Promise<void> {
  await expect
    .poll(() => refusedSince(person))
    .toEqual([{ target, details: { reason: expect.stringMatching(/^lacks the/) } }]);
  expect(await fingerprintRows(database.current), 'nothing was written or changed').toEqual(before);
}

/** Sends an interaction that Discord's own client would not let this person make. @returns its id. */
function send(person: PersonName, type: InteractionType, data: object): string {
  const interaction = rawInteraction(desk.discord, { person, type, data: { ...data } });
  desk.discord.faults.gateway.send('INTERACTION_CREATE', interaction);
  return String(interaction.id);
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

/** Every option that suggests, with the way to it: itself, or inside its subcommand. */
function suggestionsOf(options: readonly APIApplicationCommandOption[] = []): object[][] {
  return options.flatMap((option): object[][] => {
    if (option.type === Option.Subcommand)
      return suggestionsOf(option.options).map((inner) => [
        { type: option.type, name: option.name, options: inner },
      ]);
    if (!('autocomplete' in option && option.autocomplete === true)) return [];
    return [[{ type: option.type, name: option.name, value: 'N', focused: true }]];
  });
}

describe('a person without the role is refused, it is audited, and nothing is written', () => {
  it.each(withStrangers(allCommands).map((each) => [...named(each), each.thing] as const))(
    '%s by every call of /%s',
    async (person, name, { data }) => {
      for (const options of callsOf(data.toJSON().options)) {
        send(person, InteractionType.ApplicationCommand, { id: '1', type: 1, name, options });
        await expectRefused(person, `/${name}`);
      }
    },
  );

  it.each(withStrangers(plugIns.filter(({ click }) => click)).map(named))(
    '%s by the button %s',
    async (person, name) => {
      const message = await forgeMessage(desk.discord, buildCustomId(name, 1));

      const seen = await desk.discord.person(person).click(message, 'Go');

      expect(seen).toMatchObject({
        kind: 'message',
        message: { ephemeralFor: desk.discord.people[person] },
      });
      await expectRefused(person, name);
    },
  );

  it.each(withStrangers(plugIns.filter(({ choose }) => choose)).map(named))(
    '%s by the menu %s',
    async (person, name) => {
      const customId = buildCustomId(name, 1);
      const message = await forgeMessage(desk.discord, customId, 'menu');

      const seen = await desk.discord.person(person).select(message, customId, ['forged']);

      expect(seen).toMatchObject({
        kind: 'message',
        message: { ephemeralFor: desk.discord.people[person] },
      });
      await expectRefused(person, name);
    },
  );

  it.each(withStrangers(plugIns.filter(({ submit }) => submit)).map(named))(
    '%s by the form %s',
    async (person, name) => {
      const fields = { qty: '1', price: '100', fee: '', stop: '99' };
      const components = Object.entries(fields).map(([customId, value]) => ({
        type: ComponentType.Label,
        id: 1,
        component: { type: ComponentType.TextInput, id: 2, custom_id: customId, value },
      }));

      send(person, InteractionType.ModalSubmit, { custom_id: buildCustomId(name, 1), components });

      await expectRefused(person, name);
    },
  );
});

describe('a person without the role is suggested nothing', () => {
  const suggesting = allCommands.filter(({ autocomplete }) => autocomplete);

  it.each(withStrangers(suggesting).map((each) => [...named(each), each.thing] as const))(
    '%s by every option of /%s',
    async (person, name, { data }) => {
      const ways = suggestionsOf(data.toJSON().options);
      expect(ways.length).toBeGreaterThan(0);
      for (const options of ways) {
        const id = send(person, InteractionType.ApplicationCommandAutocomplete, {
          id: '1',
          type: 1,
          name,
          options,
        });
        const answer = () => desk.discord.journal.find(({ path }) => path.startsWith(`/interactions/${id}/`));
        await expect
          .poll(() => answer()?.body)
          .toEqual({
            type: InteractionResponseType.ApplicationCommandAutocompleteResult,
            data: { choices: [] },
          });
      }
      expect(await fingerprintRows(database.current)).toEqual(before);
    },
  );
});

describe('what is open to everybody', () => {
  it('is reading, whoever asks', () => {
    const open = [...allCommands, ...plugIns].filter(({ access }) => access === 'everyone');

    expect(open.map((each) => ('data' in each ? `/${each.data.name}` : each.name)).sort()).toEqual([
      '/chart',
      '/help',
      '/signals',
      '/stats',
      '/status',
      '/why',
      'stats:decisions',
    ]);
  });

  it('has no groups of subcommands, which this file does not go into', () => {
    const groups = allCommands.filter(({ data }) =>
      data.toJSON().options?.some(({ type }) => type === Option.SubcommandGroup),
    );

    expect(groups).toEqual([]);
  });
});
