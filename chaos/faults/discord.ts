import type { FaultRule } from '../../src/sandbox/discord/faults.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import { until } from '../gate.ts';
import type { Scene } from '../scene.ts';

const POST = { method: 'POST', path: /^\/channels\/\d+\/messages$/ } as const;
const ANSWER = { method: 'POST', path: /^\/interactions\/.*\/callback$/ } as const;

const limited = (scope: 'user' | 'shared' | 'global'): Partial<FaultRule> => ({
  status: 429,
  headers: {
    'retry-after': '0.2',
    'x-ratelimit-scope': scope,
    ...(scope === 'global' && { 'x-ratelimit-global': 'true' }),
  },
  body: { message: 'You are being rate limited.', retry_after: 0.2, global: scope === 'global' },
});

const refused = (status: number, code: number, message: string): Partial<FaultRule> => ({
  status,
  body: { code, message },
});

const posting: readonly (readonly [string, Partial<FaultRule>, RegExp?])[] = [
  ['429 for the bot', limited('user')],
  ['429 for the channel', limited('shared')],
  ['429 for everything', limited('global')],
  ['500 twice', { status: 500, times: 2 }],
  ['502 though it stored the message', { status: 502, after: true }],
  ['503 until the library gives up', { status: 503, times: 4 }],
  ['reset before it stored the message', { drop: 'before', reset: true }],
  ['reset after it stored the message', { drop: 'after', reset: true }],
  ['closed before it stored the message', { drop: 'before' }],
  ['closed after it stored the message', { drop: 'after' }],
  ['a second late', { delayMs: 1_000 }],
  ["beyond the library's deadline of 15 s", { delayMs: 15_500 }],
  ['refused (400)', refused(400, 50_035, 'Invalid Form Body'), /not delivered/],
  ['permission missing (403)', refused(403, 50_013, 'Missing Permissions'), /not delivered/],
  ['channel unknown (404)', refused(404, 10_003, 'Unknown Channel'), /not delivered/],
  ['401: the process ends, another starts', refused(401, 0, '401: Unauthorized'), /fatal/],
];

/** Strikes one candle close. */
async function strikePlay(scene: Scene, rule: FaultRule): Promise<number> {
  scene.toNextClose();
  const fault = scene.discord.faults.add(rule);
  await scene.play();
  fault.remove();
  return fault.hits;
}

/** An administrator takes the channel from the bot, and gives it back a minute later. */
const shutOut: Fault = {
  name: 'post: the channel closed to the bot for a minute',
  says: /lacks Send Messages/,
  async strike(scene) {
    const { alerts } = scene.discord.channels;
    scene.toNextClose();
    scene.discord.faults.denyBot(alerts, ['SendMessages']);
    await scene.play();
    await scene.setNow(scene.now() + 60_000);
    await scene.play();
    scene.discord.faults.denyBot(alerts, []);
    return 1;
  },
};

const answering: readonly (readonly [string, Partial<FaultRule>])[] = [
  ['click: answer 500', { status: 500 }],
  ['click: answer reset after it was taken', { drop: 'after', reset: true }],
  ['click: answer closed before it was taken', { drop: 'before' }],
  ['click: answer too late (10062)', { delayMs: 2_000 }],
  [
    'click: answered by another (40060)',
    {
      status: 400,
      after: true,
      body: { code: 40_060, message: 'Interaction has already been acknowledged.' },
    },
  ],
];

/** The person who was not answered clicks again. */
async function strikeClick(scene: Scene, rule: FaultRule): Promise<number> {
  const card = scene.newestCard();
  const fault = scene.discord.faults.add(rule);
  const answered = await scene.decide('bob', card, 'ignore');
  fault.remove();
  if (!answered) await scene.insist('bob', card, 'ignore');
  scene.toNextClose();
  await scene.play();
  return fault.hits;
}

const LOCK = `BEGIN; LOCK TABLE decisions IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT`;
const LOCKED = `SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'decisions'::regclass`;
const EXPIRED = 50_027;

/** The database makes the click wait until its token has run out: decided, and no longer to be answered. */
const tokenGone: Fault = {
  name: 'click: answered after its token ran out (50027)',
  says: /Invalid Webhook Token/,
  async strike(scene) {
    const { clocks, journal } = scene.discord;
    const before = { ...clocks };
    Object.assign(clocks, { ackMs: 3_000, tokenMs: 500 });
    const locked = scene.rows(LOCK);
    await until(async () => (await scene.rows(LOCKED)).length > 0);
    void scene.decide('bob', scene.newestCard(), 'ignore'); // acknowledged, then nothing: Discord shows no failure
    await locked;
    const isRefused = await until(() => journal.some(({ code }) => code === EXPIRED));
    Object.assign(clocks, before);
    scene.toNextClose();
    await scene.play();
    return isRefused ? 1 : 0;
  },
};

/** What Discord's REST interface does: the table of research, section B.4. */
export const discord: FaultFamily = {
  family: 'Discord',
  faults: [
    ...posting.map(
      ([name, rule, says]): Fault => ({
        name: `post: ${name}`,
        ...(says && { says }),
        strike: (scene) => strikePlay(scene, { ...POST, ...rule }),
      }),
    ),
    shutOut,
    ...answering.map(
      ([name, rule]): Fault => ({ name, strike: (scene) => strikeClick(scene, { ...ANSWER, ...rule }) }),
    ),
    tokenGone,
  ],
};
