import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { addModel } from '../app/training/add-model.ts';
import { listModels } from '../app/training/list-models.ts';
import { promoteModel, retireModel } from '../app/training/set-model-state.ts';
import { OraError } from '../domain/errors.ts';
import { parseMoment } from '../domain/moment.ts';
import { type OperatorCommand, type OperatorTools, operatorName } from './operator.ts';

/** `oracore model add | list | promote | retire`: the models that the ML scanner runs. */
export const model: OperatorCommand = (program, tools) => {
  const group = program.command('model').description('the models that the ML scanner runs');
  registerAdd(group, tools);
  registerList(group, tools);
  registerState(group, tools, { verb: 'promote', why: 'let a model alert', set: promoteModel });
  registerState(group, tools, { verb: 'retire', why: 'stop a model; its signals stay', set: retireModel });
};

interface AddOptions {
  readonly name: string;
  readonly threshold?: string;
  readonly shadow?: boolean;
  readonly expires?: string;
}

function registerAdd(group: Command, { withServices, say, now }: OperatorTools): void {
  group
    .command('add')
    .description('check an ONNX model and put it to work from the next scan on')
    .argument('<file>', 'an ONNX file, see docs/training.md')
    .requiredOption('--name <name>', 'becomes the detector of its signals, such as ml_breakout')
    .option(
      '--threshold <score>',
      'scores from here on are signals, above 0 and up to 1; else what the file says',
    )
    .option('--shadow', 'on trial: record signals, show nobody a card')
    .option('--expires <date>', 'not run after this day')
    .action(async (path: string, { name, threshold, shadow = false, expires }: AddOptions) => {
      const file = await readModel(path);
      const { model, isNew } = await withServices((services) =>
        addModel(services, {
          file,
          name,
          shadow,
          ...(threshold !== undefined && { threshold: Number(threshold) }),
          ...(expires !== undefined && { expiresAt: parseMoment(expires, 'end') }),
          actor: operatorName(),
          now: now(),
        }),
      );
      say(
        `${name} version ${model.version} ${isNew ? 'added' : 'was there already'}: ${model.state}, threshold ${model.threshold}`,
      );
    });
}

function registerList(group: Command, { withServices, say, now }: OperatorTools): void {
  group
    .command('list')
    .description('every model, with how it fares')
    .action(async () => {
      const found = await withServices((services) => listModels(services, { now: now() }));
      if (found.length === 0) say('There is no model. Add one: oracore model add FILE --name NAME');
      for (const { name, version, health, threshold, card, expiresAt, failure } of found) {
        const expires = expiresAt === null ? '' : `, expires ${isoDate(expiresAt)}`;
        say(
          `${name} version ${version}: ${health}, threshold ${threshold}, ${card.timeframes.join(' ')}, ` +
            `${card.sides.join(' and ')}, trained through ${isoDate(card.trainedThrough)}${expires}`,
        );
        if (failure !== null) say(`  ${failure}`);
      }
    });
}

interface StateCommand {
  readonly verb: string;
  readonly why: string;
  readonly set: typeof promoteModel;
}

function registerState(
  group: Command,
  { withServices, say, now }: OperatorTools,
  { verb, why, set }: StateCommand,
): void {
  group
    .command(verb)
    .description(why)
    .argument('<name>')
    .argument('[version]', 'else the newest that this changes')
    .action(async (name: string, version: string | undefined) => {
      const changed = await withServices((services) =>
        set(services, { name, ...(version !== undefined && { version }), actor: operatorName(), now: now() }),
      );
      say(`${name} version ${changed.version} is ${changed.state} from the next scan on`);
    });
}

/** @throws OraError `bad_input` when there is no such file. */
async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new OraError('bad_input', `"${path}" cannot be read.`, { cause });
  }
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
