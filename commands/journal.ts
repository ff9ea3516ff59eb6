import { commandOf } from '../src/discord/subcommand.ts';
import { editFill } from './journal/edit.ts';
import { enterFill } from './journal/enter.ts';
import { exitFill } from './journal/exit.ts';
import { exportFills } from './journal/export.ts';
import { importFills } from './journal/import.ts';
import { listFills } from './journal/list.ts';
import { showTrade } from './journal/show.ts';
import { undoFill } from './journal/undo.ts';

/** A person's own trades, to the cent. */
export const journal = commandOf(
  {
    name: 'journal',
    description: 'Keep your trades: fills, corrections, import and export',
    access: 'trader',
  },
  [enterFill, exitFill, listFills, showTrade, undoFill, editFill, importFills, exportFills],
);
