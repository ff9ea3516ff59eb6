import type { APIEmbed } from 'discord.js';
import type { PeriodName } from '../../domain/stats-period.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';

/** How people call a period of statistics. */
export const PERIOD_WORDS: Readonly<Record<PeriodName, string>> = {
  today: 'today',
  week: 'the last 7 days',
  month: 'the last 30 days',
  quarter: 'the last 13 weeks',
  year: 'the last year',
  all: 'all time',
};

/** One page of statistics before it is a message. */
export interface StatsPage {
  readonly embed: APIEmbed;
  readonly png: Uint8Array | null;
  /** What the picture shows, for those who cannot see it. */
  readonly alt: string;
}

/** A page with a button for each of its siblings; the one that is shown is disabled. */
export function statsPageView(
  { embed, png, alt }: StatsPage,
  pages: {
    readonly names: readonly string[];
    readonly shown: number;
    readonly button: string;
    readonly idOf: (page: number) => number;
  },
): {
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
  readonly files: { attachment: Buffer; name: string; description: string }[];
} {
  const file = 'statistics.png';
  return {
    embeds: [{ ...embed, ...(png !== null && { image: { url: `attachment://${file}` } }) }],
    components: [
      buttonRow(
        ...pages.names.map((label, index) => ({
          label,
          name: pages.button,
          id: pages.idOf(index + 1),
          disabled: index + 1 === pages.shown,
        })),
      ),
    ],
    files: png === null ? [] : [{ attachment: Buffer.from(png), name: file, description: alt }],
  };
}
