import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { DetectorVerdict, Why } from '../../app/cards/explain-why.ts';
import type { CardFate } from '../../app/ports.ts';
import type { Condition, Unit } from '../../domain/detectors/condition.ts';
import { NBSP, signedPercent, withMinus } from './signed.ts';
import { momentTime } from './time.ts';
import { clip, clipLines, detectorName, duration, price, sideWord } from './words.ts';

const FIELD_MAX = 1024;

/** Each detector's conditions on one candle, what fired, what held its card, and how old the data is. */
export function whyView(why: Why, now: number): { readonly embeds: APIEmbed[] } {
  const { ticker, timeframe, closedAt, close, verdicts } = why;
  const at = close === null ? '' : ` at ${price(close)}`;
  const lines = [
    `The candle closed${at}: ${momentTime(closedAt)}`,
    ...outcomeLines(why),
    ...ageLines(why, now),
  ];
  return {
    embeds: [
      {
        title: `Why ${ticker} ${timeframe}`,
        description: clipLines(lines, 4096),
        fields:
          why.candle === 'traded' || verdicts.some(({ fired }) => fired) ? verdicts.map(verdictField) : [],
      },
    ],
  };
}

function outcomeLines(why: Why): string[] {
  const fired = why.verdicts.filter(({ fired }) => fired !== null).length;
  if (fired > 0)
    return [`**${fired === 1 ? 'One detector' : `${fired} detectors`} fired.**`, ...fateLines(why)];
  if (why.candle === 'no_trade')
    return ['**Nothing traded in this candle**, so there was nothing to look at.'];
  if (why.candle === 'missing')
    return ['**This candle is not stored**: no prices came for it, or nobody asked.'];
  return ['**No detector fired.**', ...scanLines(why)];
}

/** Cards of what fired, each once. */
function fateLines({ fates }: Why): string[] {
  const cards = [...new Map(fates.map((fate) => [fate.cardId, fate])).values()];
  return cards.length === 0
    ? ['It has no card: it was found in stored history, not live.']
    : cards.map(fateLine);
}

const HELD: Readonly<Record<string, string>> = {
  stale: 'it was too old to act on when it was found',
  side: 'the watch shows the other side only',
  detector: 'the watch does not show this detector',
  min_score: 'its score is under the watch’s minimum',
  cooldown: 'another card of this ticker came shortly before',
  muted: 'it was muted',
  shadow: 'its model is on trial',
  flood: 'too many came at once',
  closing_bell: 'it came with the closing bell and waited for the open',
  gap_beyond_stop: 'the next open was already beyond its stop',
  not_watched: 'nobody watched it',
};

function fateLine({ cardId, state, suppressedReason, heldReason, sentAt }: CardFate): string {
  const why = (reason: string) => HELD[reason] ?? reason.replaceAll('_', ' ');
  switch (state) {
    case 'sent':
      return `Card ${cardId} was posted${sentAt === null ? '' : ` ${momentTime(sentAt)}`}.`;
    case 'suppressed':
      return `Card ${cardId} was not shown: ${why(suppressedReason ?? 'no reason')}.`;
    case 'listed':
      return `Card ${cardId} is one line of a list: ${why('flood')}.`;
    case 'held':
      return `Card ${cardId} waits: ${why(heldReason ?? 'closing_bell')}.`;
    case 'failed':
      return `Card ${cardId} could not be posted. See \`/status\`.`;
    default:
      return `Card ${cardId} is about to be posted.`;
  }
}

function scanLines({ ticker, timeframe, watch, ts, verdicts }: Why): string[] {
  const wouldFire = verdicts.some(({ today }) => today !== null);
  const notScanned = watch === null || (watch.lastScannedTs ?? 0) < ts;
  if (watch === null) return [`Nobody watches ${ticker} ${timeframe} now. Start with \`/watch add\`.`];
  if (notScanned) return ['The desk has not scanned this candle yet.'];
  return wouldFire
    ? ['One would fire on the candles as they are stored now: they came later, or were corrected.']
    : [];
}

function ageLines({ newestCloseAt, verdicts }: Why, now: number): string[] {
  const signal = verdicts.find(({ fired }) => fired !== null)?.fired?.at;
  const scanned =
    signal?.dataFreshnessMs == null
      ? []
      : [`It was scanned ${duration(signal.dataFreshnessMs)} after its close.`];
  const newest =
    newestCloseAt === null
      ? 'No candle of it is stored.'
      : `Newest data: closed ${duration(now - newestCloseAt)} ago.`;
  return [...scanned, newest];
}

function verdictField({ detectorId, fired, today, look }: DetectorVerdict): APIEmbedField {
  const name = detectorName(detectorId);
  const verdict =
    fired === null
      ? `${look === null ? name : `${name}: ${metWords(look.conditions)}, ${look.side}`}`
      : `${name} fired ${sideWord(fired.side)} ${fired.score.toFixed(2)}`;
  const revised =
    fired !== null && look !== null && today?.side !== fired.side
      ? ['It fired on the candles as they were then; they were corrected since.']
      : [];
  const lines = [...revised, ...told(look?.conditions ?? []).map(conditionLine)];
  return {
    name: clip(`${fired === null ? '▫️' : '🔔'} ${verdict}`, 256),
    value: lines.length === 0 ? 'A model: it gives a score and no conditions.' : clipLines(lines, FIELD_MAX),
  };
}

function metWords(conditions: readonly Condition[]): string {
  const asked = told(conditions);
  return `${asked.filter(({ holds }) => holds).length} of ${asked.length} met`;
}

/** Without what is only worth a word when it is missing. */
function told(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ isRoutine, holds }) => !(isRoutine && holds));
}

const SIGNS: Readonly<Record<Condition['relation'], string>> = {
  over: '>',
  under: '<',
  'at least': '≥',
  'at most': '≤',
};

/** `✅ volume vs usual 2.1× ≥ 1.5×`, `❌ RSI 31.8, needs < 30.0`. */
function conditionLine({ name, actual, relation, threshold, unit, holds }: Condition): string {
  const is = actual === null ? 'unknown' : WRITE[unit](actual);
  const needed = `${SIGNS[relation]}${NBSP}${threshold === null ? '?' : WRITE[unit](threshold)}`;
  return holds ? `✅ ${name} **${is}** ${needed}` : `❌ ${name} **${is}**, needs${NBSP}${needed}`;
}

const WRITE: Readonly<Record<Unit, (value: number) => string>> = {
  usd: (value) => withMinus(Math.abs(value) < 1 && value !== 0 ? value.toFixed(4) : value.toFixed(2)),
  times: (value) => `${value.toFixed(1)}×`,
  fraction: (value) => (value === 0 ? `0${NBSP}%` : signedPercent(value, 2)),
  points: (value) => value.toFixed(1),
  candles: (value) => String(value),
  bands: (value) => withMinus(value.toFixed(2)),
};
