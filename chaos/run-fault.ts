import type { Fault } from './fault.ts';
import { openScene, type Scene, type Setting } from './scene.ts';
import { type Difference, findDifference, readStory, type Story } from './story.ts';

/** One in peace, one with the fault, one after it; more for a fault that lasts. */
const CANDLES = 6;
const SECOND = 1000;
/** The desk's jobs come back this often; a card lives five minutes. */
const ROUND_MS = 15 * SECOND;
const MOST_ROUNDS = 12;

export interface Result extends Difference {
  readonly fault: string;
  readonly injected: number;
  /** Signals of the story that it had to leave whole. */
  readonly signals: number;
  /** Desk time until nothing was missing, ms; null when it never was so. */
  readonly recoveredMs: number | null;
  /** What else is wrong: it never struck, the log is silent, an error nobody handled. */
  readonly complaints: readonly string[];
}

/** Plays the same candles with nothing going wrong. */
export async function playUndisturbed(setting: Setting): Promise<Story> {
  const scene = await openScene(setting);
  try {
    for (let candle = 0; candle < CANDLES; candle += 1) {
      scene.toNextClose();
      await scene.play();
    }
    return await readStory(scene, scene.now());
  } finally {
    await scene.close();
  }
}

/** Lets one fault strike a fresh copy of the stage, lets the desk recover, and counts what is missing. */
export async function runFault(
  fault: Fault,
  { whole, ...setting }: Setting & { readonly whole: Story },
): Promise<Result> {
  const scene = await openScene(setting);
  try {
    scene.toNextClose();
    await scene.play();
    const injected = await fault.strike(scene);
    const over = scene.now();
    const recoveredMs = (await recover(scene, upTo(whole, scene.now()))) ? scene.now() - over : null;
    scene.toNextClose();
    await scene.play();
    const due = upTo(whole, scene.now());
    const difference = await settle(scene, due);
    const checked = (await fault.check?.(scene)) ?? [];
    return {
      fault: fault.name,
      injected,
      signals: due.signals.length,
      recoveredMs,
      ...difference,
      complaints: [...complain(fault, scene, { injected, signals: due.signals.length }), ...checked],
    };
  } finally {
    await scene.close();
  }
}

/** One round of jobs after the other, a new process where one died, until nothing is missing. */
async function recover(scene: Scene, whole: Story): Promise<boolean> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await scene.revive();
    await scene.play();
    const { lost } = await findDifference(scene, whole);
    if (lost.length === 0) return true;
    await scene.setNow(scene.now() + ROUND_MS);
  }
  return false;
}

async function settle(scene: Scene, whole: Story): Promise<Difference> {
  await recover(scene, whole);
  return findDifference(scene, whole);
}

function complain(
  fault: Fault,
  scene: Scene,
  { injected, signals }: Pick<Result, 'injected' | 'signals'>,
): string[] {
  const said = scene.log.map(({ message, error }) => `${message} ${error}`);
  const { violations, unhandledRoutes } = scene.discord;
  return [
    ...(injected === 0 ? ['it never struck'] : []),
    ...(signals === 0 ? ['nothing was there to lose'] : []),
    ...(fault.says !== undefined && !said.some((line) => fault.says?.test(line))
      ? ['the log is silent']
      : []),
    ...scene.outcries.map((text) => `on standard error: ${text.trim().split('\n')[0]}`),
    ...violations.map((each) => `against Discord's schema: ${JSON.stringify(each)}`),
    ...unhandledRoutes.map((route) => `unknown route ${route}`),
  ];
}

/** What of the story is due at a moment. */
function upTo(whole: Story, now: number): Story {
  const limit = new Date(now).toISOString().slice(5, 16).replace('T', ' ');
  const isDue = (name: string) => name.split(' ').slice(1, 3).join(' ') <= limit;
  return {
    signals: whole.signals.filter(isDue),
    cards: whole.cards.filter(({ name }) => isDue(name)),
  };
}
