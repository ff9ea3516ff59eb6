import { isDeepStrictEqual } from 'node:util';
import { lastClosedSpan } from '../../domain/calendar.ts';
import type { KnownDetector } from '../../domain/detectors/known-detector.ts';
import { OraError } from '../../domain/errors.ts';
import { SIDES } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { HIGHER_TIMEFRAMES, parseSignalTimeframe } from '../../domain/timeframe.ts';
import { bringInCandles } from '../candles/bring-in-candles.ts';
import type { Watch, WatchParams } from '../ports.ts';
import { findDetectors } from '../scan/known-detectors.ts';
import type { Services } from '../services.ts';

/** What a watch does unless the person says otherwise. */
export const DEFAULT_WATCH_PARAMS: WatchParams = {
  detectors: [],
  minScore: 0,
  sides: SIDES,
  cooldownMinutes: 30,
};

export interface StartWatchInput {
  readonly ticker: string;
  readonly timeframe: string;
  readonly userId: string;
  /** Where its cards go; null means the configured alert channel. */
  readonly channelId: string | null;
  readonly params?: Partial<WatchParams>;
  readonly now: number;
}

export interface StartedWatch {
  readonly watch: Watch;
  readonly outcome: 'created' | 'resumed' | 'joined' | 'changed' | 'unchanged';
  /** People who follow it now, this one included. */
  readonly followers: number;
  /** Those the person chose. */
  readonly detectors: readonly KnownDetector[];
}

/**
 * Starts or joins the watch of a ticker and timeframe. One watch serves all who follow it: whoever joins
 * takes it as it is, and a follower who says something else changes it for everybody. It begins at the last closed candle:
 * history is the work of a replay. The candles are brought in first, so an unknown ticker is
 * refused before anything is written.
 *
 * @throws OraError `bad_input` for a malformed ticker, timeframe or score and for a retired detector;
 * `not_found` for a detector there is not and a ticker the source does not know.
 */
export async function startWatch(
  services: Pick<Services, 'stores' | 'market' | 'log' | 'settings'>,
  input: StartWatchInput,
): Promise<StartedWatch> {
  const ticker = parseTicker(input.ticker);
  const timeframe = parseSignalTimeframe(input.timeframe);
  const params = checkParams({ ...DEFAULT_WATCH_PARAMS, ...input.params });
  const detectors = await findInUse(services, params.detectors);
  const context = HIGHER_TIMEFRAMES[timeframe];
  const series = { ticker, timeframes: [timeframe], context, depth: 'history' } as const;
  await bringInCandles(services, { ...series, now: input.now });
  const { watches } = services.stores;
  const added = await watches.add({
    ticker,
    timeframe,
    params,
    channelId: input.channelId ?? services.settings.alertChannelId,
    userId: input.userId,
    startAfter: lastClosedSpan(timeframe, input.now, services.settings.graceMs).ts,
  });
  const { id } = added.watch;
  const wanted = { ...added.watch.params, ...input.params };
  const followers = await watches.followers(id);
  if (added.outcome !== 'unchanged' || isAsWanted(added.watch, wanted, input.channelId))
    return { ...added, followers, detectors };
  const watch = await watches.change(id, { params: wanted, channelId: input.channelId });
  services.log.info({ watchId: id, userId: input.userId, ...wanted }, 'watch changed');
  return { watch, outcome: 'changed', followers, detectors };
}

/** Whether a watch already does what its follower says. */
function isAsWanted(
  { params, channelId }: Watch,
  wanted: WatchParams,
  wantedChannel: string | null,
): boolean {
  return isDeepStrictEqual(params, wanted) && (wantedChannel === null || wantedChannel === channelId);
}

function checkParams(params: WatchParams): WatchParams {
  if (!(params.minScore >= 0 && params.minScore <= 1)) {
    throw new OraError('bad_input', `The minimum score must be between 0 and 1, not ${params.minScore}.`);
  }
  return params;
}

/** Whoever chose only what is retired would wait for ever. */
async function findInUse(
  services: Pick<Services, 'stores'>,
  ids: readonly string[],
): Promise<KnownDetector[]> {
  const found = await findDetectors(services, ids);
  const retired = found.find(({ state }) => state === 'retired');
  if (retired === undefined) return found;
  throw new OraError('bad_input', `"${retired.id}" is retired: nothing runs it any more.`);
}
