/** Lines of a table whose columns are as wide as what is in them. */
export function columns(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [heading, ...rows];
  const widths = heading.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
