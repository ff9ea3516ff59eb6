import { and, eq } from 'drizzle-orm';
import type { EntryDraftStore } from '../../app/decisions/entry-ports.ts';
import { ENTRY_FIELDS, type EntryText } from '../../domain/entry.ts';
import type { Connection } from '../client.ts';
import { entryDrafts } from '../schema/entry-drafts.ts';

/** What refused forms held, in Postgres. */
export function entryDraftStore({ db }: Connection): EntryDraftStore {
  return {
    async save({ fields, ...draft }) {
      const [row] = await db
        .insert(entryDrafts)
        .values({ ...draft, fields: { ...fields } })
        .returning({ id: entryDrafts.id });
      if (row === undefined) throw new Error('the draft was not written');
      return row.id;
    },

    async find(userId, id) {
      const [row] = await db
        .select()
        .from(entryDrafts)
        .where(and(eq(entryDrafts.id, id), eq(entryDrafts.userId, userId)));
      return row === undefined ? null : { ...row, fields: toText(row.fields) };
    },
  };
}

function toText(fields: Readonly<Record<string, string>>): EntryText {
  const named = ENTRY_FIELDS.map((name) => [name, fields[name] ?? ''] as const);
  return Object.fromEntries(named) as unknown as EntryText; // every field is there by construction
}
