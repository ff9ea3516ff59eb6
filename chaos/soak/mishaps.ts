import type { FaultRule } from '../../src/sandbox/discord/faults.ts';
import type { YahooFault } from '../../src/sandbox/yahoo/faults.ts';
import type { Random } from '../../src/sandbox/yahoo/random.ts';
import type { Scene } from '../scene.ts';

/** Something that goes wrong while a candle is played. It mends itself. */
export interface Mishap {
  readonly name: string;
  /** Begins before the candle is played. @returns what is undone afterwards. */
  readonly begin: (scene: Scene, random: Random) => () => void;
}

const POST = { method: 'POST', path: /^\/channels\/\d+\/messages$/ } as const;
const ANSWER = { method: 'POST', path: /^\/interactions\/.*\/callback$/ } as const;
const SOME_CHARTS = /chart\/.*interval=5m/;
const CUT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

const onDiscord = (name: string, rule: FaultRule): Mishap => ({
  name,
  begin: (scene) => scene.discord.faults.add(rule).remove,
});

const onYahoo = (name: string, fault: YahooFault): Mishap => ({
  name,
  begin: (scene, random) => {
    scene.yahoo.faults.add({ match: SOME_CHARTS, times: 1 + Math.floor(random() * 6), ...fault });
    return () => scene.yahoo.faults.clear();
  },
});

const onGateway = (name: string, code: number): Mishap => ({
  name,
  begin: (scene) => {
    scene.discord.faults.gateway.close(code);
    return () => undefined;
  },
});

/** Does it at any moment of the next second and a half. */
const soon = (random: Random, act: () => void): (() => void) => {
  const timer = setTimeout(act, random() * 1_500);
  return () => clearTimeout(timer);
};

/** What leaves the process alive. */
export const MISHAPS: readonly Mishap[] = [
  onDiscord('Discord 429', {
    ...POST,
    status: 429,
    headers: { 'retry-after': '0.1' },
    body: { message: 'slow down', retry_after: 0.1, global: false },
  }),
  onDiscord('Discord 502 after storing', { ...POST, status: 502, after: true }),
  onDiscord('Discord 503', { ...POST, status: 503, times: 4 }),
  onDiscord('Discord reset after storing', { ...POST, drop: 'after', reset: true }),
  onDiscord('Discord closed after storing', { ...POST, drop: 'after' }),
  onDiscord('Discord answer lost', { ...ANSWER, drop: 'after', reset: true }),
  onYahoo('Yahoo 429', { status: 429, body: 'Too Many Requests' }),
  onYahoo('Yahoo 500', { status: 500 }),
  onYahoo('Yahoo web page', { body: '<html>Sorry</html>' }),
  onYahoo('Yahoo half a body', { truncateBody: 150 }),
  onYahoo('Yahoo cut', { drop: true }),
  onYahoo('Yahoo foreign cookie', { setCookie: 'A=1; Domain=example.org' }),
  onGateway('gateway cut', 1006),
  onGateway('gateway closed', 4000),
  {
    name: 'database connections cut',
    begin: (scene, random) => soon(random, () => void scene.rows(CUT).catch(() => undefined)),
  },
];

/** Ends the process. */
export const KILL: Mishap = {
  name: 'kill -9',
  begin: (scene, random) => soon(random, () => void scene.desk.kill()),
};
