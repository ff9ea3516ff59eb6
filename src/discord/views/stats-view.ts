import type { APIEmbed } from 'discord.js';
import * as detectors from '../../domain/detectors/all.ts';
import type { DetectorStat, Rate } from '../../domain/stats.ts';
import { percent, signedPercent, signedPoints, signedR } from './signed.ts';
import { clipLines, detectorName, duration, sideWord, thousands } from './words.ts';

/** Versions in use; a model is not among them, so its version is always named. */
const NEWEST = new Map(Object.values(detectors).map(({ id, version }) => [id, version]));

const FOOTER =
  'Counted in signals, shown or not. “Likely” holds in 95 of 100 cases. Returns are at the horizon’s end, in the trade’s favour.';
const RANDOM_FOOTER =
  'Random moments are weighted to be alike in time of day and volatility; points are by trading day.';

/**
 * How detectors did at one horizon, a short block each so that a phone can read it. Never a bare
 * rate: its number, its interval, and what random moments gave.
 */
export function detectorStatsView(
  stats: readonly DetectorStat[],
  horizonBars: number,
): { readonly embeds: APIEmbed[] } {
  const title = `TP1 before the stop, ${horizonBars === 0 ? 'to the close' : `within ${horizonBars} candles`}`;
  if (stats.length === 0) {
    const description = 'No outcome is known at this horizon yet. Labels are written after each close.';
    return { embeds: [{ title, description }] };
  }
  const sampled = stats.some(({ result }) => result !== null && result.baseline !== null);
  const blocks = [...Map.groupBy(stats, detectorWords)].map(
    ([name, sides]) => `\n${[name, ...sides.flatMap((stat) => sideLines(stat, { sampled }))].join('\n')}`,
  );
  const unsampled = sampled ? [] : ['Random moments: not sampled yet, so no lift.'];
  return {
    embeds: [
      {
        title,
        description: clipLines([...unsampled, ...blocks], 4096),
        footer: { text: sampled ? `${FOOTER} ${RANDOM_FOOTER}` : FOOTER },
      },
    ],
  };
}

/** `**breakout** · 5m`; a version that is no longer used is named. */
function detectorWords({ detectorId, detectorVersion, timeframe }: DetectorStat): string {
  const version = NEWEST.get(detectorId) === detectorVersion ? '' : ` version ${detectorVersion}`;
  return `**${detectorName(detectorId)}**${version} · ${timeframe}`;
}

function sideLines(
  { side, n, gappedAway, result }: DetectorStat,
  { sampled }: { readonly sampled: boolean },
): string[] {
  const rate = result?.tp1BeforeStop ?? null;
  const reached =
    rate === null
      ? `${thousands(n)} ${n === 1 ? 'signal' : 'signals'}: too few to say`
      : `${thousands(Math.round(rate.share * n))} of ${thousands(n)}: **${percent(rate.share)}** ${likely(rate)}`;
  const details = [
    ...(gappedAway === 0 ? [] : [`${thousands(gappedAway)} more gapped away before the entry`]),
    ...(result === null
      ? []
      : [...(sampled ? baselineLines(result) : []), returnsLine(result), tradeLine(result)]),
  ];
  return [`${sideWord(side)} ${reached}`, ...details.map((line) => `-# ${line}`)];
}

type Result = NonNullable<DetectorStat['result']>;

function baselineLines({ baseline, lift }: Result): string[] {
  if (baseline === null) return ['random moments: too few yet, so no lift'];
  const { n } = baseline;
  if (lift === null) return [`${randomWords(baseline)}`, 'too few days for a lift'];
  const times = lift.ratio === null ? '' : `lift ${lift.ratio.toFixed(2)} × · `;
  const { low, high } = lift.edgeInterval;
  return [
    randomWords({ n, share: lift.baseline, interval: lift.baselineInterval }),
    `${times}${signedPoints(lift.edge)} points (likely ${signedPoints(low)} to ${signedPoints(high)})`,
  ];
}

function randomWords(rate: Rate): string {
  return `${thousands(rate.n)} random moments: ${percent(rate.share)} ${likely(rate)}`;
}

function likely({ interval }: Rate): string {
  return `(likely ${(interval.low * 100).toFixed(0)} to ${percent(interval.high)})`;
}

/** What a trade by the plan brings, how far it goes either way before its end, and how soon TP1 is there. */
function tradeLine({ expectancyR, meanFavourable, meanAdverse, meanSecondsToTp1 }: Result): string {
  return [
    ...(expectancyR === null ? [] : [`${signedR(expectancyR, 2)} a trade`]),
    `on the way ${signedPercent(meanFavourable, 2)} and ${signedPercent(meanAdverse, 2)}`,
    ...(meanSecondsToTp1 === null ? [] : [`TP1 after ${duration(meanSecondsToTp1 * 1000)}`]),
  ].join(' · ');
}

function returnsLine({ meanReturn, medianReturn }: Result): string {
  return `return: mean ${signedPercent(meanReturn, 2)}, median ${signedPercent(medianReturn, 2)}`;
}
