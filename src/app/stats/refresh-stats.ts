import type { Services } from '../services.ts';

/**
 * Brings derived tables up to date: positions of books that somebody else's fills changed, and the
 * roll-ups of days that changed. Nearly free when nothing did.
 */
export async function refreshStats({ stores, log }: Pick<Services, 'stores' | 'log'>): Promise<void> {
  const books = await stores.journal.refresh();
  const days = await stores.rollups.refresh();
  if (books + days > 0) log.info({ books, days }, 'statistics refreshed');
}
