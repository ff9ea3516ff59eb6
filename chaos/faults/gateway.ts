import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import { until } from '../gate.ts';
import type { Scene } from '../scene.ts';

type GatewayFaults = LocalDiscord['faults']['gateway'];

/** Somebody clicks into the interruption, and again when the bot is back and did not answer. */
async function interrupt(scene: Scene, how: (gateway: GatewayFaults) => void): Promise<number> {
  const card = scene.newestCard();
  how(scene.discord.faults.gateway);
  const answered = await scene.decide('bob', card, 'ignore');
  await until(() => scene.discord.connectedBots() > 0 || !scene.desk.isAlive());
  scene.discord.faults.gateway.reset();
  await scene.revive();
  await until(() => scene.discord.connectedBots() > 0);
  if (!answered) await until(() => scene.decide('bob', card, 'ignore'));
  scene.toNextClose();
  await scene.play();
  return 1;
}

const interruptions: readonly (readonly [string, (gateway: GatewayFaults) => void])[] = [
  ['socket cut (1006)', (gateway) => gateway.close(1006)],
  ['closed with 4000', (gateway) => gateway.close(4000)],
  ['session timed out (4009)', (gateway) => gateway.close(4009)],
  ['asked to reconnect (op 7)', (gateway) => gateway.reconnect()],
  ['session invalid, resumable (op 9)', (gateway) => gateway.invalidate({ resumable: true })],
  ['session invalid for good (op 9)', (gateway) => gateway.invalidate({ resumable: false })],
  ['sequence unknown (4007)', (gateway) => gateway.close(4007)],
  [
    'resume refused',
    (gateway) => {
      gateway.refuseResume(1);
      gateway.close(1006);
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

/** What Discord's gateway does. */
export const gateway: FaultFamily = {
  family: 'gateway',
  faults: [
    ...interruptions.map(([name, how]): Fault => ({ name, strike: (scene) => interrupt(scene, how) })),
    ...unrecoverable,
  ],
};
