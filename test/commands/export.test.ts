import { MessageFlags } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelDue } from '../../src/app/labels/label-due.ts';
import { replay } from '../../src/app/scan/replay.ts';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { aWalk } from '../support/builders.ts';
import { withDatabase } from '../support/database.ts';
import { quiet } from '../support/quiet-log.ts';
import { coverageOf } from '../support/recorded.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
  expect(desk.discord.unhandledRoutes).toEqual([]);
});

async function answered(seen: Promise<Seen>): Promise<UiMessage> {
  const settled = await seen;
  if (settled.kind !== 'message') throw new Error(`saw ${JSON.stringify(settled)}`);
  return settled.message;
}

/** A walk of a few weeks, replayed and labelled. */
async function giveHistory(): Promise<void> {
  const { services } = desk.bot.desk;
  const series = { ticker: 'WALK', timeframe: '5m' as const };
  const candles = aWalk(1500);
  await services.stores.candles.store({ ...series, source: 'walk', candles, coverage: coverageOf(candles) });
  await replay({ ...services, log: quiet }, { from: 0, to: desk.now, ...series, now: desk.now });
  await labelDue({ ...services, log: quiet }, { now: desk.now });
}

describe('/export', () => {
  const carol = () => desk.discord.person('carol');

  it('says what is missing while there is no history', async () => {
    const message = await answered(carol().command('export'));

    expect(message.content).toContain('There is no signal in that period');
  });

  it('attaches the set and its manifest for the administrator alone', async () => {
    await giveHistory();

    const message = await answered(carol().command('export', { format: 'csv', horizon: 5, version: 2 }));

    expect((message.flags ?? 0) & MessageFlags.Ephemeral).toBeTruthy();
    expect(message.content).toMatch(/\*\*Training set\*\*: \d+ signals and 0 baselines/);
    expect(message.content).toContain('Label version 2, 5 candles ahead');
    expect(message.attachments.map(({ filename }) => filename)).toEqual(['manifest.json', 'training.csv']);
    const { rows } = await database.current.pool.query(
      `SELECT actor, action FROM audit_log WHERE action = 'training.export'`,
    );
    expect(rows).toEqual([{ actor: desk.discord.people.carol, action: 'training.export' }]);
  });

  it.each([
    ['a horizon that no label has', { horizon: 7 }, 'does not look 7'],
    ['a day that is none', { from: 'yesterday' }, 'is not a date'],
  ])('refuses %s', async (_, options, sentence) => {
    expect((await answered(carol().command('export', options))).content).toContain(sentence);
  });

  it('is not offered to a trader', async () => {
    await expect(desk.discord.person('alice').command('export')).rejects.toThrow();
  });
});
