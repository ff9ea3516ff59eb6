import type { LabelSeries, LabelTransition, OutcomeStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { isDuplicate, query } from '../sql.ts';
import { readStored } from './outcome-audit.ts';
import { transitions, withdraw } from './outcome-revision.ts';
import { copyOutcomes, mergeOutcomes } from './outcome-rows.ts';
import { findTargets, nextTarget, unresolved } from './outcome-targets.ts';

/** Outcomes of signals and baselines, in Postgres. */
export function outcomeStore({ db, pool, transaction }: Connection): OutcomeStore {
  return {
    unresolved: (scope) => query<LabelSeries>(db, unresolved(scope)),
    targets: (series, scope, span) => findTargets(pool, series, scope, span),
    nextTarget: (series, scope, from) => nextTarget(db, series, scope, from),
    async insert(outcomes) {
      if (outcomes.length === 0) return 0;
      try {
        return await transaction((tx) => copyOutcomes(tx, outcomes));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return transaction((tx) => mergeOutcomes(tx, outcomes));
      }
    },
    stored: (series, scope) => readStored(db, series, scope),
    withdraw: (which) => transaction((tx) => withdraw(tx.db, which)),
    transitions: (versions, period) => query<LabelTransition>(db, transitions(versions, period)),
  };
}
