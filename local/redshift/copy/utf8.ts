/** A stretch of bytes that is no UTF-8, and what is wrong with it by Redshift's count. */
export interface BadUtf8 {
  readonly at: number;
  readonly bytes: number;
  readonly error: number;
}

const isTrail = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80 && byte <= 0xbf;

const lengthOf = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/** The bytes of the character at `at`, or what is wrong there. */
function character(data: Buffer, at: number): number | BadUtf8 {
  const lead = data[at] ?? 0;
  if (lead < 0x80) return 1;
  const bad = (bytes: number, error: number): BadUtf8 => ({ at, bytes, error });
  if (lead >= 0xf8) return bad(1, lead >= 0xfe ? 3 : 1);
  if (lead < 0xc2) return bad(1, 3);
  const length = lengthOf(lead);
  for (let index = 1; index < length; index += 1) {
    if (at + index >= data.length) return bad(data.length - at, 2);
    if (!isTrail(data[at + index])) return bad(index, 4);
  }
  const second = data[at + 1] ?? 0;
  if (lead === 0xed && second >= 0xa0) return bad(3, 5);
  const tooLong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const tooLarge = lead > 0xf4 || (lead === 0xf4 && second >= 0x90);
  return tooLong || tooLarge ? bad(length, tooLarge ? 1 : 6) : length;
}

/** The first stretch that is no UTF-8. */
export function findBadUtf8(data: Buffer, from = 0): BadUtf8 | undefined {
  for (let at = from; at < data.length;) {
    const found = character(data, at);
    if (typeof found !== 'number') return found;
    at += found;
  }
  return undefined;
}

/** The data with one `replacement` in the place of each byte that is part of no character. */
export function replaceBadUtf8(data: Buffer, replacement: string): Buffer {
  const pieces: Buffer[] = [];
  let done = 0;
  for (let bad = findBadUtf8(data); bad !== undefined; bad = findBadUtf8(data, done)) {
    pieces.push(data.subarray(done, bad.at), Buffer.alloc(bad.bytes, replacement));
    done = bad.at + bad.bytes;
  }
  return Buffer.concat([...pieces, data.subarray(done)]);
}

export const utf8Reason = (data: Buffer, { at, bytes, error }: BadUtf8): string =>
  `String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: ${[...data.subarray(at, at + bytes)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ')} (error ${error})`;
