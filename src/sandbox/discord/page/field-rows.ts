import type { APIEmbedField } from 'discord-api-types/v10';

/** Inline fields stand three to a row, any other field has a row to itself. */
export function fieldRows(fields: readonly APIEmbedField[]): readonly (readonly APIEmbedField[])[] {
  const rows: APIEmbedField[][] = [];
  let open: APIEmbedField[] | null = null;
  for (const field of fields) {
    if (field.inline === true && open !== null && open.length < 3) {
      open.push(field);
      continue;
    }
    const row = [field];
    rows.push(row);
    open = field.inline === true ? row : null;
  }
  return rows;
}
