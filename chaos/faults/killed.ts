import type { Fault, FaultFamily } from '../fault.ts';
import { atGate, killUnwritten, type Point, until } from '../gate.ts';
import { CLICK_POINTS, SCAN_POINTS, SENT } from '../points.ts';
import type { Scene } from '../scene.ts';

const TEN_MINUTES = 10 * 60_000;
const POST = { method: 'POST', path: /^\/channels\/\d+\/messages$/ } as const;

async function killScanAt(scene: Scene, point: Point): Promise<number> {
  scene.toNextClose();
  return atGate(scene, point, { begin: () => scene.play(), act: () => killUnwritten(scene) });
}

const atScanPoints = Object.entries(SCAN_POINTS).map(
  ([name, point]): Fault => ({ name: `as ${name}`, strike: (scene) => killScanAt(scene, point) }),
);

/** The server finishes the statement of a process that is gone. */
const writtenUnheard: Fault = {
  name: 'when Discord has it and our note of it is written, but not heard of',
  async strike(scene) {
    scene.toNextClose();
    return atGate(scene, SENT, { begin: () => scene.play(), act: () => scene.desk.kill() });
  },
};

/** The person sees no answer, and clicks again when the bot is back. */
const atClickPoints = Object.entries(CLICK_POINTS).map(
  ([name, point]): Fault => ({
    name: `as ${name}`,
    async strike(scene) {
      const card = scene.newestCard();
      const decide = () => scene.decide('alice', card, 'enter').catch(() => false);
      const struck = await atGate(scene, point, { begin: decide, act: () => killUnwritten(scene) });
      await scene.revive();
      await scene.insist('alice', card, 'enter');
      scene.toNextClose();
      await scene.play();
      return struck;
    },
  }),
);

const whileYahooIsAsked: Fault = {
  name: 'while Yahoo is asked',
  async strike(scene) {
    scene.toNextClose();
    const asked = scene.yahoo.journal.length;
    scene.yahoo.faults.add({ hang: 'body', times: 100 });
    const playing = scene.play();
    const reached = await until(() => scene.yahoo.journal.length > asked);
    await scene.desk.kill();
    await playing;
    scene.yahoo.faults.clear();
    return reached ? 1 : 0;
  },
};

const whileDiscordIsTold: Fault = {
  name: 'while Discord takes the message',
  async strike(scene) {
    scene.toNextClose();
    const fault = scene.discord.faults.add({ ...POST, delayMs: 300 });
    const playing = scene.play();
    const reached = await until(() => fault.hits > 0);
    await scene.desk.kill();
    await playing;
    return reached ? 1 : 0;
  },
};

const beforeTheAnswer: Fault = {
  name: 'when a decision is committed, before its answer',
  async strike(scene) {
    const answer = scene.discord.faults.add({ path: /^\/interactions\/.*\/callback$/, delayMs: 1_000 });
    const card = scene.newestCard();
    const clicked = scene.decide('bob', card, 'ignore');
    const reached = await until(async () => (await scene.rows('SELECT FROM decisions')).length > 0);
    await scene.desk.kill();
    await clicked;
    answer.remove();
    await scene.revive();
    await scene.insist('bob', card, 'ignore');
    scene.toNextClose();
    await scene.play();
    return reached ? 1 : 0;
  },
};

const forTenMinutes: Fault = {
  name: 'for ten minutes, when Discord has it and we do not',
  async strike(scene) {
    const struck = await killScanAt(scene, SENT);
    scene.discord.clocks.nonceMs = 1; // forgotten by now
    await scene.setNow(scene.now() + TEN_MINUTES);
    return struck;
  },
};

/** kill -9, at every point at which it writes or waits. */
export const killed: FaultFamily = {
  family: 'kill -9',
  faults: [
    whileYahooIsAsked,
    ...atScanPoints,
    whileDiscordIsTold,
    writtenUnheard,
    forTenMinutes,
    ...atClickPoints,
    beforeTheAnswer,
  ],
};
