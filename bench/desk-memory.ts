import { startOwnServer } from '../chaos/databases.ts';
import { startDeskProcess } from '../chaos/desk.ts';
import { setStage } from '../chaos/stage.ts';
import { closedSpansAfter, nextCandleClose } from '../src/domain/calendar.ts';
import { newYorkClock } from '../src/domain/new-york-time.ts';
import { SIGNAL_TIMEFRAMES } from '../src/domain/timeframe.ts';
import { startLocalDiscord } from '../src/sandbox/discord/server.ts';
import { startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import type { Bench } from './bench.ts';
import { cheapPrices } from './cheap-prices.ts';
import { startFlags } from './start-flags.ts';

const TICKERS = 100;
const SCANS = 10_000;
const LIMIT_MB = 250;
/** Quarter past ten in New York on a Wednesday. */
const START = Date.UTC(2026, 5, 10, 14, 15);

/** What the whole bot holds, its chart worker included and Postgres not, while it scans minute after minute. */
export const deskMemory: Bench = {
  name: 'desk-memory',
  async run() {
    const prices = cheapPrices(TICKERS, START);
    const server = await startOwnServer();
    const world = { prices, start: START, tickers: prices.traded, timeframes: SIGNAL_TIMEFRAMES };
    const stage = await setStage(server.url, world);
    let now = START;
    const yahoo = await startLocalYahoo({ prices, now: () => now });
    const discord = await startLocalDiscord({ rateLimits: 'off' });
    const desk = startDeskProcess(
      {
        databaseUrl: await stage.copy(),
        yahooUrl: yahoo.baseUrl,
        discord: {
          apiBase: discord.apiUrl,
          token: discord.token,
          guildId: discord.guildId,
          roles: { trader: [discord.roles.trader], admin: [discord.roles.administrator] },
        },
        alertChannelId: discord.channels.alerts,
        now,
        poolSize: 6,
        timeoutMs: 10_000,
      },
      { onLog: () => undefined, onOutcry: (text) => void process.stderr.write(text) },
      startFlags(),
    );
    try {
      await desk.ready;
      const samples: Sample[] = [];
      for (let scans = 0; scans < SCANS; ) {
        const before = now;
        now = nextCandleClose('1m', now);
        await desk.play(now);
        scans += closesBetween(before, now) * TICKERS;
        samples.push({ at: now, mb: (await desk.measure(now)).rssMb });
      }
      const half = Math.floor(samples.length / 2);
      const [first, second] = [highest(samples.slice(0, half)), highest(samples.slice(half))];
      const peak = highest([first, second]);
      const result = { size: SCANS, unit: 'MB', better: 'lower' } as const;
      return [
        {
          ...result,
          what: `resident memory at most, at ${newYorkClock(peak.at)}, scans`,
          ms: peak.mb,
          limitMs: LIMIT_MB,
          ratio: peak.mb / LIMIT_MB,
          reach: 1,
        },
        {
          ...result,
          what: 'the same, second half to first',
          ms: second.mb,
          limitMs: first.mb,
          ratio: second.mb / first.mb,
          reach: 1.05,
        },
      ];
    } finally {
      await desk.kill();
      await discord.close();
      await yahoo.close();
      await server.close();
    }
  },
};

/** What the bot held at a simulated moment. */
interface Sample {
  /** Epoch ms. */
  readonly at: number;
  readonly mb: number;
}

function highest(samples: readonly Sample[]): Sample {
  return samples.reduce((most, sample) => (sample.mb > most.mb ? sample : most));
}

/** Candles of one ticker, of all timeframes, that close in `from` (exclusive) to `to`. */
function closesBetween(from: number, to: number): number {
  const ended = SIGNAL_TIMEFRAMES.flatMap((timeframe) =>
    closedSpansAfter(from - 86_400_000, timeframe, to, 0),
  );
  return ended.filter(({ end }) => end > from && end <= to).length;
}
