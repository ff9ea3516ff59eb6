import type { LabelSeries, LabelTransition, OutcomeStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { query } from '../sql.ts';
import { readStored } from './outcome-audit.ts';
import { transitions, withdraw } from './outcome-revision.ts';
import { insertOutcomes } from './outcome-rows.ts';
import { findTargets, nextTarget, unresolved } from './outcome-targets.ts';

/** Outcomes of signals and baselines, in Postgres. */
export function outcomeStore({ db, transaction }: Connection): OutcomeStore {
  return {
    unresolved: (scope) => query<LabelSeries>(db, unresolved(scope)),
    targets: (series, scope, span) => findTargets(db, series, scope, span),
    nextTarget: (series, scope, from) => nextTarget(db, series, scope, from),
    insert: (outcomes) =>
      outcomes.length === 0 ? Promise.resolve(0) : transaction((tx) => insertOutcomes(tx, outcomes)),
    stored: (series, scope) => readStored(db, series, scope),
    withdraw: (which) => transaction((tx) => withdraw(tx.db, which)),
    transitions: (versions, period) => query<LabelTransition>(db, transitions(versions, period)),
  };
}
