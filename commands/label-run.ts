import { PermissionFlagsBits, SlashCommandBuilder } from 'discord.js';
import { labelDue } from '../src/app/labels/label-due.ts';
import type { Command } from '../src/discord/command.ts';
import { labelProgressView, labelResultView } from '../src/discord/views/label-view.ts';
import { OraError } from '../src/domain/errors.ts';
import { LABEL_VERSIONS } from '../src/domain/labels/versions.ts';
import { newYorkOffset } from '../src/domain/new-york-time.ts';

const DAY = 86_400_000;
/** Between two edits of the progress line, ms. */
const PROGRESS_MS = 2_000;
const versionChoices = LABEL_VERSIONS.map(({ version }) => ({ name: `version ${version}`, value: version }));

/** Writes the outcomes that are due, as the job after each close does. */
export const labelRun: Command = {
  access: 'admin',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('label-run')
    .setDescription('Write the outcomes that are due')
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
    .addIntegerOption((option) =>
      option
        .setName('version')
        .setDescription('Only this label version; all of them unless you say otherwise')
        .addChoices(...versionChoices),
    )
    .addStringOption((option) =>
      option
        .setName('from')
        .setDescription('Only signals from this New York day on, YYYY-MM-DD')
        .setMaxLength(10),
    )
    .addStringOption((option) =>
      option
        .setName('to')
        .setDescription('Only signals up to this New York day, YYYY-MM-DD')
        .setMaxLength(10),
    )
    .addBooleanOption((option) =>
      option.setName('dry_run').setDescription('Say what would be written, and write nothing'),
    ),

  async run({ interaction, services, answer, now }) {
    const from = interaction.options.getString('from');
    const to = interaction.options.getString('to');
    const version = interaction.options.getInteger('version');
    const dryRun = interaction.options.getBoolean('dry_run') ?? false;
    let lastShown = performance.now();
    const result = await labelDue(
      services,
      {
        now,
        dryRun,
        ...(version !== null && { labelVersion: version }),
        ...(from !== null && { from: dayStart(from) }),
        ...(to !== null && { to: dayStart(to, 1) - 1 }),
      },
      (progress) => {
        if (performance.now() - lastShown < PROGRESS_MS) return;
        lastShown = performance.now();
        answer
          .send(labelProgressView(progress))
          .catch((error: unknown) => services.log.warn({ error }, 'progress not shown'));
      },
    );
    await answer.send(labelResultView(result, { dryRun }));
  },
};

/** First moment of a New York day, or of one so many days later. @throws OraError `bad_input` for another text. */
function dayStart(text: string, later = 0): number {
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text) {
    throw new OraError('bad_input', `"${text}" is not a day. Write it like 2024-06-03.`);
  }
  const midnight = day.getTime() + later * DAY;
  return midnight - newYorkOffset(midnight);
}
