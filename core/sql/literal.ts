/**
 * Any text as a string literal of Redshift. Redshift reads a backslash inside '...' as an escape, as PostgreSQL 8.0 does
 * that it comes from; so both the quote and the backslash are doubled.
 *
 * Guaranteed for every text without NUL: the literal ends at its last character, both for a reader with backslash escapes
 * and for one without, and Redshift reads back exactly `text`. A reader without escapes sees each backslash of `text` twice.
 *
 * Ends agree because a quote is never doubled by a backslash: runs of backslashes have even length, so that none is left
 * over to escape the quote after it.
 *
 * @throws RangeError when the text contains NUL, which no literal of Redshift can hold.
 */
export function stringLiteral(text: string): string {
  if (text.includes('\0')) throw new RangeError('a Redshift literal cannot hold NUL');
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** A name as a quoted identifier. @throws RangeError when it is empty, longer than 127 bytes, or contains NUL. */
export function quotedIdentifier(name: string): string {
  const bytes = utf8Length(name);
  if (bytes === 0 || bytes > 127 || name.includes('\0')) throw new RangeError('not a Redshift identifier');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Bytes of UTF-8 that `text` takes between the quotes of a literal. */
export function escapedByteLength(text: string): number {
  return utf8Length(text) + (text.match(/['\\]/g)?.length ?? 0);
}

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
