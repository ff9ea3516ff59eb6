/** Rows as aligned columns, numbers to the right; the first row is the heading. */
export function alignTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  );
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  return texts.map((row, index) =>
    row
      .map((text, column) => {
        const isNumber = typeof (rows[index === 0 ? 1 : index] ?? [])[column] === 'number';
        return isNumber ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
}
