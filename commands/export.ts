import { PermissionFlagsBits, SlashCommandBuilder } from 'discord.js';
import type { Services } from '../src/app/services.ts';
import { exportTrainingSet } from '../src/app/training/export-training-set.ts';
import type { Command } from '../src/discord/command.ts';
import { timeframeOption } from '../src/discord/options.ts';
import { type AttachedFile, exportProgressView, exportResultView } from '../src/discord/views/export-view.ts';
import { LABEL_VERSIONS } from '../src/domain/labels/versions.ts';
import { parseMoment } from '../src/domain/moment.ts';
import type { TrainingManifest } from '../src/domain/training/manifest.ts';

/** Between two edits of the progress line, ms. */
const PROGRESS_MS = 2_000;
/** Discord takes 10 MB in a message of a server without boosts; some is left for the rest of it. */
const ATTACHED_BYTES = 8_000_000;
const versionChoices = LABEL_VERSIONS.map(({ version }) => ({ name: `version ${version}`, value: version }));

/** Writes the labelled history as a training set, and attaches it where it is small enough. */
export const exportSet: Command = {
  access: 'admin',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('export')
    .setDescription('Write the labelled history as a training set')
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
    .addIntegerOption((option) =>
      option
        .setName('version')
        .setDescription('Which label version; version 1 unless you say otherwise')
        .addChoices(...versionChoices),
    )
    .addIntegerOption((option) =>
      option
        .setName('horizon')
        .setDescription('Candles that the label looks ahead, 20 unless you say otherwise; 0 is the close')
        .setMinValue(0)
        .setMaxValue(1440),
    )
    .addStringOption(timeframeOption('Only rows of this length of candle'))
    .addStringOption((option) =>
      option
        .setName('from')
        .setDescription('Only rows from this New York day on, YYYY-MM-DD')
        .setMaxLength(10),
    )
    .addStringOption((option) =>
      option.setName('to').setDescription('Only rows up to this New York day, YYYY-MM-DD').setMaxLength(10),
    )
    .addStringOption((option) =>
      option
        .setName('format')
        .setDescription('Parquet unless you say otherwise')
        .addChoices({ name: 'Parquet', value: 'parquet' }, { name: 'CSV', value: 'csv' }),
    ),

  async run({ interaction, services, answer, now }) {
    const { options } = interaction;
    const [version, horizon] = [options.getInteger('version'), options.getInteger('horizon')];
    const [timeframe, from, to] = ['timeframe', 'from', 'to'].map((name) => options.getString(name));
    const name = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
    let lastShown = performance.now();
    const manifest = await exportTrainingSet(
      services,
      {
        folder: services.trainingSets.folder(name),
        format: options.getString('format') === 'csv' ? 'csv' : 'parquet',
        ...(version !== null && { labelVersion: version }),
        ...(horizon !== null && { horizonBars: horizon }),
        ...(timeframe && { timeframe }),
        ...(from && { from: parseMoment(from, 'start') }),
        ...(to && { to: parseMoment(to, 'end') }),
        actor: interaction.user.id,
        now,
      },
      (progress) => {
        if (performance.now() - lastShown < PROGRESS_MS) return;
        lastShown = performance.now();
        answer
          .send(exportProgressView(progress))
          .catch((error: unknown) => services.log.warn({ error }, 'progress not shown'));
      },
    );
    const attached = await attach(services, name, manifest);
    await answer.send(exportResultView(manifest, { place: services.trainingSets.place(name), attached }));
  },
};

/** The manifest, and with it the data where both fit. */
async function attach(
  { trainingSets }: Services,
  set: string,
  { files }: TrainingManifest,
): Promise<AttachedFile[]> {
  const attached: AttachedFile[] = [];
  for (const file of ['manifest.json', ...files.map(({ name }) => name)]) {
    const bytes = await trainingSets.read(set, file, ATTACHED_BYTES);
    if (bytes !== null) attached.push({ name: file, attachment: Buffer.from(bytes) });
  }
  return attached;
}
