import { encodeTime } from 'ulid';

/** Lengths of a ULID's two parts, in characters. */
const time = 10;
const randomness = 16;

/** The lowest job id that can be made at a time: ids sort by their millisecond first. */
export const lowestIdAt = (at: Date): string => encodeTime(at.getTime(), time) + '0'.repeat(randomness);
