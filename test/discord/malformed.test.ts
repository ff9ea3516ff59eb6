import { ComponentType, InteractionType } from 'discord.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as commands from '../../commands/all.ts';
import * as buttons from '../../src/discord/buttons/all.ts';
import { withDatabase } from '../support/database.ts';
import { fingerprintRows } from '../support/fingerprint-rows.ts';
import { rawInteraction } from '../support/raw-interactions.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const BATCHES = 60;
const BATCH = 25;
/** What failed is shrunk to its least, and said with its seed: `MALFORMED_SEED=42` tries others. */
const SEED = Number(process.env.MALFORMED_SEED ?? 20_261_120);
/** Ids of rows that do not exist, and custom ids that nobody made. */
const NO_ROW = 987_654_321;

const database = withDatabase();
const rejections: unknown[] = [];
const note = (error: unknown) => rejections.push(error);
let desk: RunningDesk;
let sent = 0;
beforeAll(async () => {
  process.on('unhandledRejection', note);
  desk = await startRunningDesk(database.current);
  await desk.postCard();
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await desk.close();
});

type Json = Readonly<Record<string, unknown>>;

const names = Object.values(buttons).map(({ name }) => name);
/** Without /label-run, which is well-formed with no option at all: an administrator who sends it labels. */
const commandNames = Object.values(commands)
  .map(({ data }) => data.name)
  .filter((name) => name !== 'label-run');
const garbage = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string(),
  fc.constant([]),
  fc.constant({}),
  fc.array(fc.jsonValue(), { maxLength: 3 }),
);
const customIds = fc.oneof(
  fc.constantFrom(...names).map((name) => `${name}:${NO_ROW}`),
  fc.constantFrom(...names).map((name) => `${name}:-1`),
  fc.constantFrom(...names).map((name) => `${name}:1;DROP TABLE decisions`),
  fc.string({ maxLength: 120 }),
  garbage,
);
const textFields = fc.dictionary(
  fc.constantFrom('qty', 'price', 'fee', 'stop', 'kind', 'time', 'nobody'),
  garbage,
  { maxKeys: 5 },
);

/** `data` of every kind of interaction, wrong in itself: forged ids, options and values of wrong types. */
const calls = fc.oneof(
  fc.record({
    type: fc.constant(InteractionType.ApplicationCommand),
    data: fc.record({
      id: garbage,
      type: fc.constant(1),
      name: fc.oneof(fc.constantFrom(...commandNames), fc.string()),
      options: fc.oneof(
        garbage,
        fc.array(fc.record({ type: fc.integer({ min: 0, max: 12 }), name: fc.string(), value: garbage })),
      ),
    }),
  }),
  fc.record({
    type: fc.constant(InteractionType.ApplicationCommandAutocomplete),
    data: fc.record({ id: garbage, type: fc.constant(1), name: fc.string(), options: garbage }),
  }),
  fc.record({
    type: fc.constant(InteractionType.MessageComponent),
    data: fc.record({
      custom_id: customIds,
      component_type: fc.constantFrom(
        ComponentType.Button,
        ComponentType.StringSelect,
        ComponentType.RoleSelect,
        ComponentType.ChannelSelect,
        99,
      ),
      values: garbage,
      resolved: garbage,
    }),
  }),
  fc.record({
    type: fc.constant(InteractionType.ModalSubmit),
    data: fc.record({
      custom_id: customIds,
      components: fc.oneof(
        garbage,
        textFields.map((fields) =>
          Object.entries(fields).map(([customId, value]) => ({
            type: ComponentType.Label,
            component: { type: ComponentType.TextInput, custom_id: customId, value },
          })),
        ),
      ),
    }),
  }),
);

/** What is done to an interaction: fields go, or get another type, or it comes from another server. */
const damages = fc.array(
  fc.oneof(
    fc.record({ how: fc.constant('remove' as const), at: fc.nat() }),
    fc.record({ how: fc.constant('replace' as const), at: fc.nat(), by: garbage }),
    fc.record({ how: fc.constant('foreign' as const) }),
  ),
  { maxLength: 3 },
);

const interactions = fc.record({
  person: fc.constantFrom('alice' as const, 'carol' as const, 'dave' as const),
  call: calls,
  damages,
});

function damage(payload: Json, all: readonly { how: string; at?: number; by?: unknown }[]): Json {
  let damaged = payload;
  for (const { how, at = 0, by } of all) {
    const keys = Object.keys(damaged);
    const key = keys[at % keys.length] ?? 'id';
    if (how === 'foreign') damaged = { ...damaged, guild_id: '111111111111111111' };
    else if (how === 'replace') damaged = { ...damaged, [key]: by };
    else damaged = Object.fromEntries(Object.entries(damaged).filter(([name]) => name !== key));
  }
  return damaged;
}

describe('at least 500 malformed interactions', () => {
  it('crash nothing, write nothing, leave no rejection behind, and the desk still answers', async () => {
    const batches = fc.array(interactions, { minLength: 1, maxLength: BATCH, size: 'max' });

    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        rejections.length = 0;
        const before = await fingerprintRows(database.current);
        for (const { person, call, damages: all } of batch) {
          const payload = rawInteraction(desk.discord, { person, type: call.type, data: call.data });
          desk.discord.faults.gateway.send('INTERACTION_CREATE', damage(payload, all));
        }
        sent += batch.length;

        // Each batch is seen through, so that a limit of the connection is not what saves us.
        expect((await desk.discord.person('dave').command('help')).kind).toBe('message');
        expect((await desk.discord.person('alice').command('watch', {}, 'list')).kind).toBe('message');
        expect(desk.discord.connectedBots(), 'the connection was never lost').toBe(1);
        expect(rejections).toEqual([]);
        expect(await fingerprintRows(database.current)).toEqual(before);
      }),
      { seed: SEED, numRuns: BATCHES },
    );
  }, 240_000);

  it('come before us as what they are: most reach the router', () => {
    const said = desk.log.lines.map(({ message }) => message);
    const count = (text: string) => said.filter((message) => message.includes(text)).length;

    expect(sent).toBeGreaterThanOrEqual(500);
    expect(count('discord client warning'), 'dropped as unreadable').toBeGreaterThan(10);
    expect(count('expired') + count('could not be answered') + count('refused'), 'tried').toBeGreaterThan(50);
  });
});
