import { OraError } from '../../domain/errors.ts';
import type { Model, ModelState } from '../../domain/models/model.ts';
import type { Services } from '../services.ts';

export interface SetModelStateInput {
  readonly name: string;
  /** Without it the newest version on trial when promoting, the newest not yet retired when retiring. */
  readonly version?: string;
  /** Who asks, for the audit log. */
  readonly actor: string;
  readonly now: number;
}

type Deps = Pick<Services, 'stores'>;

/**
 * Lets a model on trial, or a retired one, alert from its next scan on; the name's active version is retired.
 *
 * @throws OraError `not_found` when there is none, `bad_input` when it has expired.
 */
export function promoteModel(services: Deps, input: SetModelStateInput): Promise<Model> {
  return setModelState(services, input, { to: 'active', isMeant: ({ state }) => state === 'shadow' });
}

/**
 * Stops a model from its next scan on. Its signals stay and are labelled like all others.
 *
 * @throws OraError `not_found` when there is none.
 */
export function retireModel(services: Deps, input: SetModelStateInput): Promise<Model> {
  return setModelState(services, input, { to: 'retired', isMeant: ({ state }) => state !== 'retired' });
}

async function setModelState(
  { stores }: Deps,
  { name, version, actor, now }: SetModelStateInput,
  { to, isMeant }: { readonly to: ModelState; readonly isMeant: (model: Model) => boolean },
): Promise<Model> {
  const named = (await stores.models.list()).filter((model) => model.name === name);
  const model =
    version === undefined
      ? (named.find(isMeant) ?? named[0])
      : named.find((each) => each.version === version);
  if (model === undefined) {
    const which = version === undefined ? `"${name}"` : `"${name}" version ${version}`;
    throw new OraError('not_found', `There is no model ${which}. See: oracore model list`);
  }
  if (to === 'active' && model.expiresAt !== null && model.expiresAt <= now) {
    throw new OraError(
      'bad_input',
      `Model "${name}" version ${model.version} has expired. Train and add a newer one.`,
    );
  }
  const changed = await stores.models.setState(model, to);
  if (changed === null) throw new Error(`model ${name} ${model.version} vanished`);
  await stores.audit.write({
    at: now,
    actor,
    action: to === 'active' ? 'model.promote' : 'model.retire',
    target: `${name} ${model.version}`,
    details: { before: model.state },
  });
  return changed;
}
