import { encodeTime } from 'ulid';

/** Lengths of a ULID's two parts, in characters. */
const time = 10;
const randomness = 16;

/** The lowest job id that can be made at a time or later: ids sort by their millisecond first, and none is older than 1970. */
export const lowestIdAt = (at: Date): string => encodeTime(Math.max(0, at.getTime()), time) + '0'.repeat(randomness);
