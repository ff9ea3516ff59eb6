import { SlashCommandIntegerOption, SlashCommandStringOption } from 'discord.js';
import type { CommandContext } from '../../src/discord/command.ts';
import { PERIOD_WORDS } from '../../src/discord/views/stats-pages.ts';
import { defaultHorizons } from '../../src/domain/labels/horizons.ts';
import { type PeriodName, STATS_PERIODS } from '../../src/domain/stats-period.ts';

/** Candles to look ahead unless a person says otherwise. */
export const DEFAULT_HORIZON = 20;

/** How far back to look; 30 days unless said otherwise. */
export function periodOption(): SlashCommandStringOption {
  return new SlashCommandStringOption()
    .setName('period')
    .setDescription('How far back, the last 30 days unless you say otherwise')
    .addChoices(...STATS_PERIODS.map((value) => ({ name: PERIOD_WORDS[value], value })));
}

/** How far ahead to look. */
export function horizonOption(): SlashCommandIntegerOption {
  return new SlashCommandIntegerOption()
    .setName('horizon')
    .setDescription(`How far to look ahead, ${DEFAULT_HORIZON} candles unless you say otherwise`)
    .addChoices(...defaultHorizons('5m').map(({ bars }) => ({ name: `${bars} candles`, value: bars })));
}

/** The period that was chosen. */
export function readPeriod({ options }: CommandContext['interaction']): PeriodName {
  const chosen = options.getString('period');
  return STATS_PERIODS.find((period) => period === chosen) ?? 'month';
}
