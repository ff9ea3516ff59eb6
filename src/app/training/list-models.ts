import { type Model, type ModelHealth, modelHealth } from '../../domain/models/model.ts';
import type { Services } from '../services.ts';

/** A model and how it fares. */
export interface ListedModel extends Model {
  readonly health: ModelHealth;
}

/** All models of the catalog, by name, newest version first. */
export async function listModels(
  { stores }: Pick<Services, 'stores'>,
  { now }: { readonly now: number },
): Promise<ListedModel[]> {
  return (await stores.models.list()).map((model) => ({ ...model, health: modelHealth(model, now) }));
}
