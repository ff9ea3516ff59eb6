import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import { until } from '../gate.ts';
import type { Scene } from '../scene.ts';

type Interruption = (gateway: LocalDiscord['faults']['gateway']) => unknown;

const isConnected = ({ discord }: Scene) => discord.connectedBots() > 0;
const QUICK_HEARTBEAT_MS = 300;

/** Somebody clicks into the interruption, and again when the bot is back and did not answer. */
async function interrupt(scene: Scene, how: Interruption): Promise<number> {
  const card = scene.newestCard();
  const { gateway } = scene.discord.faults;
  await how(gateway);
  const answered = await scene.decide('bob', card, 'ignore');
  await until(() => isConnected(scene) || !scene.desk.isAlive());
  gateway.reset();
  await scene.revive();
  await until(() => isConnected(scene));
  if (!answered) await scene.insist('bob', card, 'ignore');
  scene.toNextClose();
  await scene.play();
  return 1;
}

const interruptions: readonly (readonly [string, Interruption])[] = [
  ['closed in good order (1000)', (gateway) => gateway.close(1000)],
  ['going away (1001)', (gateway) => gateway.close(1001)],
  ['socket cut (1006)', (gateway) => gateway.close(1006)],
  ['closed with 4000', (gateway) => gateway.close(4000)],
  ['session timed out (4009)', (gateway) => gateway.close(4009)],
  ['asked to reconnect (op 7)', (gateway) => gateway.reconnect()],
  ['session invalid, resumable (op 9)', (gateway) => gateway.invalidate({ resumable: true })],
  ['session invalid for good (op 9)', (gateway) => gateway.invalidate({ resumable: false })],
  ['sequence unknown (4007)', (gateway) => gateway.close(4007)],
  ['too many frames (4008)', (gateway) => gateway.close(4008)],
  [
    'resume refused',
    (gateway) => {
      gateway.refuseResume(1);
      gateway.close(1006);
    },
  ],
  [
    'away for three seconds',
    async (gateway) => {
      gateway.connections('refused');
      gateway.close(1006);
      await sleep(3_000);
      gateway.connections('accepted');
    },
  ],
  [
    'an event nobody knows, and garbage in one that is known',
    (gateway) => {
      gateway.send('NO_SUCH_EVENT', { id: '1' });
      gateway.send('INTERACTION_CREATE', { garbage: true });
    },
  ],
];

const unrecoverable = [4004, 4014].map(
  (code): Fault => ({
    name: `closed for good (${code}): the process ends, another starts`,
    says: /fatal/,
    strike: (scene) => interrupt(scene, (gateway) => gateway.close(code)),
  }),
);

/** The connection looks open and is dead: only the heartbeats that nobody answers tell. */
const zombie: Fault = {
  name: 'dead without a word (zombie connection)',
  async strike(scene) {
    scene.discord.clocks.heartbeatMs = QUICK_HEARTBEAT_MS; // a client learns it when it connects
    const { gateway } = scene.discord.faults;
    gateway.reconnect();
    await until(() => !isConnected(scene));
    await until(() => isConnected(scene));
    let isNoticed = false;
    await interrupt(scene, async () => {
      gateway.deaden();
      isNoticed = await until(() => !isConnected(scene));
    });
    return isNoticed ? 1 : 0;
  },
};

/** It identifies itself and is never told that it is ready: the library gives up after 15 s and begins anew. */
const neverReady: Fault = {
  name: 'identified, and never told that it is ready',
  async strike(scene) {
    await interrupt(scene, async (gateway) => {
      gateway.withhold(['READY']);
      gateway.invalidate({ resumable: false });
      await sleep(16_000);
      gateway.withhold([]);
    });
    return 1;
  },
};

const awayAtStart: Fault = {
  name: 'Discord away when the process starts',
  says: /cannot be reached/,
  async strike(scene) {
    await scene.desk.kill();
    const fault = scene.discord.faults.add({
      method: 'GET',
      path: /^\/gateway\/bot$/,
      status: 503,
      times: 4,
    });
    await scene.revive();
    scene.toNextClose();
    await scene.play();
    return fault.hits;
  },
};

const refusedAtStart: Fault = {
  name: 'login refused (4014): the process ends, another starts',
  says: /fatal/,
  async strike(scene) {
    await scene.desk.kill();
    const { gateway } = scene.discord.faults;
    gateway.refuseIdentify(4014);
    await scene.revive();
    const isGone = await until(() => !scene.desk.isAlive());
    gateway.refuseIdentify(null);
    await scene.revive();
    scene.toNextClose();
    await scene.play();
    return isGone ? 1 : 0;
  },
};

/** What Discord's gateway does. */
export const gateway: FaultFamily = {
  family: 'gateway',
  faults: [
    ...interruptions.map(([name, how]): Fault => ({ name, strike: (scene) => interrupt(scene, how) })),
    ...unrecoverable,
    zombie,
    neverReady,
    awayAtStart,
    refusedAtStart,
  ],
};
