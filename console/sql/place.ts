/** Where in a text a character is, in the units of JavaScript's strings; and as people count. */
export interface Place {
  from: number;
  to: number;
  line: number;
  column: number;
}

/** @param position from 1, in code points, as the service and Redshift count; undefined where the text has no such character */
export function placeOf(text: string, position: number): Place | undefined {
  const characters = Array.from(text);
  if (!Number.isInteger(position) || position < 1 || position > characters.length + 1) return undefined;
  const at = Math.min(position, characters.length) - 1;
  const before = characters.slice(0, Math.max(0, at));
  const from = before.join('').length;
  const word = /^[\p{L}\p{N}_$]+/u.exec(text.slice(from))?.[0].length;
  return {
    from,
    to: from + (word ?? characters[at]?.length ?? 0),
    line: before.filter((character) => character === '\n').length + 1,
    column: before.length - before.lastIndexOf('\n'),
  };
}
