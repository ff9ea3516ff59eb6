import type { APIEmbed } from 'discord.js';
import type { AuditEntry } from '../../app/ports.ts';
import { momentTime } from './time.ts';
import { clip, clipLines } from './words.ts';

/** What a line says of its details at most. */
const DETAILS_MAX = 160;

/** The audit log, newest first, two short lines each. */
export function auditView(entries: readonly AuditEntry[]): { readonly embeds: APIEmbed[] } {
  const description =
    entries.length === 0 ? 'The log has nothing of that kind.' : clipLines(entries.map(entryLines), 4096);
  return { embeds: [{ title: 'Audit log', description }] };
}

function entryLines({ at, actor, action, target, details }: AuditEntry): string {
  const who = /^\d{17,20}$/.test(actor) ? `<@${actor}>` : actor;
  const what = Object.entries(details)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${worded(value)}`);
  const more = what.length === 0 ? '' : ` · ${clip(what.join(', '), DETAILS_MAX)}`;
  return `**${action.replaceAll('_', ' ')}** \`${target.replaceAll('`', '')}\` by ${who}\n-# ${momentTime(at)}${more}`;
}

/** Nothing else that the log counts is as large as an instant in epoch ms. */
const FIRST_INSTANT = Date.UTC(2010, 0);

function worded(value: unknown): string {
  if (typeof value === 'number' && value > FIRST_INSTANT) return momentTime(value);
  if (Array.isArray(value)) return value.map(worded).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
