/** How names of columns are compared: Redshift folds case, even of quoted names. */
export const foldName = (name: string): string => name.toLowerCase();

/** `wanted`, or with the first number behind it that makes it none of the names taken. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const folded = new Set([...taken].map(foldName));
  let name = wanted;
  for (let number = 1; folded.has(foldName(name)); number += 1) name = `${wanted}${number}`;
  return name;
}

/** Names that occur more than once, as they first stand. */
export function duplicateNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Map<string, string>();
  for (const name of names) {
    const folded = foldName(name);
    if (seen.has(folded) && !twice.has(folded)) twice.set(folded, name);
    seen.add(folded);
  }
  return [...twice.values()];
}
