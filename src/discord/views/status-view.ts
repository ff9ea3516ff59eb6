import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { Status } from '../../app/ops/read-status.ts';
import { listSubjects } from './alarm-view.ts';
import { featureName } from './feature-words.ts';
import { percent } from './signed.ts';
import { discordTime } from './time.ts';
import { clip, clipLines, duration, thousands } from './words.ts';

const FIELD_MAX = 1024;
/** An error is named, not told at length: the log has all of it. */
const ERROR_MAX = 200;
/** A run that takes less is no news. */
const SLOW_MS = 10_000;

/** How the desk is doing: the database, the last runs, the queue of cards, and what the data lacks. */
export function statusView(status: Status): { readonly embeds: APIEmbed[] } {
  const fields: [name: string, lines: readonly string[]][] = [
    ...(status.alarms.length === 0 ? [] : [['⚠️ To look at', alarmLines(status)] as [string, string[]]]),
    ['Database', databaseLines(status)],
    ...(status.processes.length < 2
      ? []
      : [['Processes', status.processes.map(processLine)] as [string, string[]]]),
    ['Runs', runLines(status)],
    ...(status.models.length === 0 ? [] : [['Models', status.models.map(modelLine)] as [string, string[]]]),
    ['Cards', cardLines(status)],
    ...mirrorField(status),
    ['History', historyLines(status)],
    ['Data', [...lackingLines(status), ...dataLines(status)]],
  ];
  return {
    embeds: [
      {
        title: 'Status of the desk',
        description: `${originSentence(status.origin)} ${count(status.watches, 'watch', 'watches')}.`,
        fields: fields.map(([name, lines]): APIEmbedField => ({ name, value: clipLines(lines, FIELD_MAX) })),
        footer: { text: `version ${status.codeVersion}` },
      },
    ],
  };
}

function originSentence(origin: string): string {
  return origin === 'live' ? 'Live market.' : 'Sandbox: prices are not the live market.';
}

function databaseLines({ database }: Status): string[] {
  const where = database.embedded ? 'embedded' : 'server';
  const timescale =
    database.timescale === null
      ? 'TimescaleDB is absent: plain tables, nothing compressed'
      : `TimescaleDB ${database.timescale}`;
  return [`Postgres ${database.version} (${where})`, timescale];
}

function runLines({ lastScan, lastLabelling, lastVerification, lastBackup }: Status): string[] {
  return [
    runLine('Scan', lastScan, scanWords),
    runLine('Labels', lastLabelling, labelWords),
    runLine('Verification', lastVerification, verifyWords),
    runLine('Backup', lastBackup, backupWords),
  ];
}

type Counts = Readonly<Record<string, number>>;

function runLine(name: string, run: Status['lastScan'], tell: (counts: Counts) => string[]): string {
  if (run === null) return `${name}: none yet`;
  if (run.finishedAt === null) return `${name}: running since ${discordTime(run.startedAt, 'R')}`;
  const [error] = run.errors;
  const errors =
    error === undefined
      ? []
      : [`⚠️ ${count(run.errors.length, 'error', 'errors')}: ${clip(error, ERROR_MAX)}`];
  const lasted = run.finishedAt - run.startedAt;
  const took = lasted < SLOW_MS ? [] : [`took ${duration(lasted)}`];
  const told = tell(run.counts).join(', ');
  const facts = [...took, ...(told === '' ? [] : [told]), ...errors];
  return [`${name}: ${discordTime(run.finishedAt, 'R')}`, ...facts].join(' · ');
}

/** What was brought in, and what came of it. */
function scanWords(counts: Counts): string[] {
  const rejected = Object.entries(counts).reduce(
    (sum, [name, number]) => sum + (name.startsWith('rejected.') ? number : 0),
    0,
  );
  return told({ ...counts, rejected }, [
    ['candles', 'candle', 'candles'],
    ['inserted', 'stored', 'stored'],
    ['changed', 'corrected', 'corrected'],
    ['rejected', 'rejected', 'rejected'],
    ['signals', 'signal', 'signals'],
    ['cards', 'card', 'cards'],
    ['lost', 'left to another scanner', 'left to another scanner'],
  ]);
}

function labelWords(counts: Counts): string[] {
  return told(counts, [
    ['series', 'series', 'series'],
    ['outcomes', 'new outcome', 'new outcomes'],
    ['invalidEntry', 'gapped past the stop or TP1', 'gapped past the stop or TP1'],
    ['dataMissing', 'can never be known', 'can never be known'],
    ['pending', 'needs more candles', 'need more candles'],
  ]);
}

function verifyWords(counts: Counts): string[] {
  return told(counts, [
    ['candles', 'candle', 'candles'],
    ['features', 'set of features', 'sets of features'],
    ['labels', 'label', 'labels'],
    ['revised', 'corrected since', 'corrected since'],
    ['differences', 'difference', 'differences'],
  ]);
}

function backupWords(counts: Counts): string[] {
  return told(counts, [['rows', 'row', 'rows']]);
}

/** One line for each kind, with what it is about. */
function alarmLines({ alarms }: Status): string[] {
  return [...Map.groupBy(alarms, ({ kind }) => kind)].map(([kind, group]) => {
    const since = discordTime(Math.min(...group.map(({ raisedAt }) => raisedAt)), 'R');
    const subjects = listSubjects(group);
    return `${words(kind)}${subjects === '' ? '' : `: ${subjects}`} · since ${since}`;
  });
}

function processLine({ roles, host, startedAt, gateway }: Status['processes'][number]): string {
  const connected = gateway ? ' · connected to Discord' : '';
  return `${roles.join(', ')} on ${host} since ${discordTime(startedAt, 'R')}${connected}`;
}

/** Counts in words, without those that are zero. */
function told(
  counts: Counts,
  nouns: readonly (readonly [name: string, one: string, many: string])[],
): string[] {
  return nouns.flatMap(([name, one, many]) => {
    const number = counts[name] ?? 0;
    return number === 0 ? [] : [count(number, one, many)];
  });
}

function modelLine({ name, version, health, failure, expiresAt }: Status['models'][number]): string {
  const needsHelp = health === 'broken' || health === 'expired';
  const expires =
    expiresAt === null
      ? ''
      : ` · ${health === 'expired' ? 'since' : 'expires'} ${discordTime(expiresAt, 'R')}`;
  const why = failure === null ? '' : `: ${clip(failure, ERROR_MAX)}`;
  return `${needsHelp ? '⚠️ ' : ''}${name} version ${version}: ${health}${expires}${why}`;
}

/** Of what did not happen nothing is said, but that no card waits. */
function cardLines({ cards, now }: Status): string[] {
  const { oldestPendingAt } = cards;
  const waiting = cards.pending + cards.sending;
  const oldest = oldestPendingAt === null ? '' : `, the oldest for ${duration(now - oldestPendingAt)}`;
  const others = told({ ...cards, oldestPendingAt: 0 }, [
    ['listed', 'in a list', 'in lists'],
    ['held', 'held until the open', 'held until the open'],
    ['suppressed', 'not shown', 'not shown'],
  ]);
  return [
    `${thousands(cards.sent)} sent · ${thousands(waiting)} waiting${oldest}`,
    ...(others.length === 0 ? [] : [others.join(' · ')]),
    ...(cards.failed === 0 ? [] : [`⚠️ ${thousands(cards.failed)} failed`]),
  ];
}

/** Nothing is said of a mirror that was never there. */
function mirrorField({ mirror, now }: Status): [name: string, lines: readonly string[]][] {
  if (mirror.mode === 'off' && mirror.waiting === 0) return [];
  const oldest = mirror.oldestAt === null ? '' : `, the oldest for ${duration(now - mirror.oldestAt)}`;
  const state = { off: 'MONGODB_URL is not set', on: 'on', stopped: 'stopped by the cutover' }[mirror.mode];
  const refused = mirror.refused > 0 ? ` · ⚠️ ${mirror.refused} refused` : '';
  const error = mirror.lastError === null ? [] : [`⚠️ ${clip(mirror.lastError, ERROR_MAX)}`];
  const lines = [`${state} · ${thousands(mirror.waiting)} waiting${oldest}${refused}`, ...error];
  return [['Mirror to MongoDB', lines]];
}

function historyLines({ totals }: Status): string[] {
  const quotes = totals.quoteFill === null ? 'no signal yet' : share(totals.quoteFill);
  return [
    `${count(totals.candles, 'candle', 'candles')} · ${count(totals.signals, 'signal', 'signals')}`,
    `${count(totals.decisions, 'decision', 'decisions')} · ${count(totals.outcomes, 'outcome', 'outcomes')}`,
    `${count(totals.unlabelled, 'signal waits', 'signals wait')} for outcomes`,
    `bid and ask known: ${quotes}`,
  ];
}

/** Nothing is said of candles when all are there. */
function lackingLines({ lacking }: Status): string[] {
  if (lacking.candles === 0) return [];
  const since = lacking.since === null ? '' : `, the oldest known ${discordTime(lacking.since, 'R')}`;
  return [
    `⚠️ ${count(lacking.candles, 'candle is', 'candles are')} absent in ${lacking.series} series${since}: oracore gaps`,
  ];
}

/** What the newest signals lacked, worst first, and what was turned away in 24 hours. */
function dataLines({ nullShares, rejected }: Status): string[] {
  const lacking = Object.entries(nullShares)
    .filter(([, share]) => share > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([feature, fraction]) => `${featureName(feature)} ${share(fraction)}`);
  const reasons = Object.entries(rejected)
    .filter(([, number]) => number > 0)
    .map(([reason, number]) => `${thousands(number)} ${words(reason)}`);
  if (lacking.length + reasons.length === 0) return ['Nothing missing, nothing rejected.'];
  const turnedAway =
    reasons.length === 0
      ? 'No candle rejected in 24 hours.'
      : `Candles rejected in 24 hours: ${reasons.join(', ')}`;
  return [
    turnedAway,
    ...(lacking.length === 0
      ? ['Nothing missing in the newest signals.']
      : ['Missing in the newest signals:', ...lacking]),
  ];
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

/** A share that is not nothing is not told as 0. */
function share(fraction: number): string {
  return percent(fraction, fraction > 0 && fraction < 0.01 ? 2 : 0);
}

function count(number: number, one: string, many: string): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}
