/** Steps (a letter more, less, other, or two in the other order) from one word to another. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= to.length; j += 1) {
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity;
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      row.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + same, swapped));
    }
  }
  return cell(from.length, to.length);
}

/** What was probably meant, where anything is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const found = known
    .map((each) => ({ each, far: each.startsWith(word) && word !== '' ? 0.5 : distance(word, each) }))
    .sort((left, right) => left.far - right.far)[0];
  return found && found.far <= Math.max(1, Math.floor(found.each.length / 3)) ? found.each : undefined;
}
