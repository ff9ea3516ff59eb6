import { and, eq, isNull } from 'drizzle-orm';
import type { JournalStore } from '../../app/journal/journal-ports.ts';
import type { Connection } from '../client.ts';
import { journalDrafts as drafts } from '../schema/journal-drafts.ts';

const COLUMNS = {
  id: drafts.id,
  traderId: drafts.traderId,
  kind: drafts.kind,
  payload: drafts.payload,
  createdAt: drafts.createdAt,
};

type DraftPart = Pick<JournalStore, 'saveDraft' | 'draft' | 'updateDraft' | 'settleDraft'>;

/** What traders were asked about and have not answered yet. */
export function journalDrafts({ db }: Connection): DraftPart {
  const open = (traderId: string, id: number) =>
    and(eq(drafts.id, id), eq(drafts.traderId, traderId), isNull(drafts.settledAt));
  return {
    async saveDraft(draft) {
      const [row] = await db.insert(drafts).values(draft).returning({ id: drafts.id });
      if (row === undefined) throw new Error('the draft was not written');
      return row.id;
    },

    async draft(traderId, id) {
      const [row] = await db.select(COLUMNS).from(drafts).where(open(traderId, id));
      return row ?? null;
    },

    async updateDraft(id, payload) {
      await db
        .update(drafts)
        .set({ payload })
        .where(and(eq(drafts.id, id), isNull(drafts.settledAt)));
    },

    async settleDraft(traderId, id, now) {
      const [row] = await db
        .update(drafts)
        .set({ settledAt: now })
        .where(open(traderId, id))
        .returning(COLUMNS);
      return row ?? null;
    },
  };
}
