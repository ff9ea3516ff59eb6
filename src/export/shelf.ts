import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingShelf } from '../app/training/training-ports.ts';
import { createTrainingFolder } from './folder.ts';

/** Training sets under one folder of the machine that the bot runs on. */
export function createTrainingShelf(root: string): TrainingShelf {
  return {
    folder: (name) => createTrainingFolder(join(root, name)),
    place: (name) => join(root, name),
    async read(name, file, maxBytes) {
      const path = join(root, name, file);
      return (await stat(path)).size > maxBytes ? null : readFile(path);
    },
  };
}
