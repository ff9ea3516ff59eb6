import type { Origin, Side } from '../../domain/signal.ts';

const ACRONYMS: Readonly<Record<string, string>> = {
  rsi: 'RSI',
  macd: 'MACD',
  bb: 'Bollinger',
  vwap: 'VWAP',
};

/** What traders call a detector: `rsi_reversal_v1` is "RSI reversal". */
export function detectorName(id: string): string {
  const words = id.replace(/_v\d+$/, '').split('_');
  return words.map((word) => ACRONYMS[word] ?? word).join(' ');
}

/** A green or red dot with the word, so that colour is never the only sign. */
export function sideWord(side: Side): string {
  return side === 'long' ? '🟢 LONG' : '🔴 SHORT';
}

/** USD with two decimals, four under one dollar. */
export function price(usd: number): string {
  return usd.toFixed(Math.abs(usd) < 1 ? 4 : 2);
}

/** A whole number as people read it: "12,345". */
export function thousands(whole: number): string {
  return whole.toLocaleString('en-US');
}

/** People by name: "<@1> <@2>". */
export function mentions(userIds: readonly string[]): string {
  return userIds.map((id) => `<@${id}>`).join(' ');
}

/** A length of time in its largest unit: "4 s", "3 min", "2 h", "5 days". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** What must be said beside history that is not the live market; null for live. */
export function originWord(origin: Origin): string | null {
  const words = { live: null, sandbox: 'sandbox', replay: 'replayed', legacy: 'imported' } as const;
  return words[origin];
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Text no longer than `max` characters; what is cut off ends in an ellipsis. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** As many whole lines as fit into `max` characters; the last one counts those left out. */
export function clipLines(lines: readonly string[], max: number): string {
  const whole = lines.join('\n');
  if (whole.length <= max) return whole;
  const kept: string[] = [];
  let length = '… and 9999 more'.length;
  for (const line of lines) {
    length += line.length + 1;
    if (length > max) break;
    kept.push(line);
  }
  return [...kept, `… and ${lines.length - kept.length} more`].join('\n');
}
