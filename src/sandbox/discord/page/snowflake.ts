/** Orders two Discord ids by age: negative when `a` is older. Ids are decimal and outgrow a number. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
