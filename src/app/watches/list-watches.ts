import type { Watch } from '../ports.ts';
import type { Services } from '../services.ts';

/** The active watches a person subscribes to. */
export function listWatches(services: Pick<Services, 'stores'>, userId: string): Promise<Watch[]> {
  return services.stores.watches.of(userId);
}
