import { fixedLimits } from '../../contract/limits.ts';
import type { ReceivedPart } from './ports.ts';
import { invalidRequest, ProblemError } from '../problem-error.ts';

const { put_bytes, part_bytes } = fixedLimits;
const megabyte = 1024 ** 2;

/** @throws ProblemError PAYLOAD_TOO_LARGE */
export function assertFileSize(bytes: number, mostMegabytes: number): void {
  if (bytes <= mostMegabytes * megabyte) return;
  const detail = `The file has ${bytes} bytes; at most ${mostMegabytes * megabyte} are taken (${mostMegabytes} MB).`;
  throw new ProblemError('PAYLOAD_TOO_LARGE', detail, { limit: 'load_max_file_size_mb' });
}

/** @throws ProblemError INVALID_REQUEST */
export function assertOnePut(bytes: number): void {
  if (bytes <= put_bytes.value) return;
  const message = `is needed: one PUT takes at most ${put_bytes.value} bytes`;
  throw invalidRequest([{ pointer: 'parts', message }]);
}

/**
 * The sizes of a file's parts, the first first: equal ones, and what is left for the last.
 * @throws ProblemError INVALID_REQUEST when S3 would not take parts of that size
 */
export function partSizes(bytes: number, parts: number, pointer = 'parts'): number[] {
  const size = Math.ceil(bytes / parts);
  const wrong = (message: string) => invalidRequest([{ pointer, message }]);
  if (parts > 1 && size < part_bytes.value)
    throw wrong(`too many: each part but the last has to have ${part_bytes.value} bytes`);
  if (size > put_bytes.value) throw wrong(`too few: a part can have at most ${put_bytes.value} bytes`);
  return Array.from({ length: parts }, (_, at) => Math.min(size, bytes - at * size));
}

/** Numbers of the parts that S3 does not have, or not with that size. */
export function missingParts(sizes: readonly number[], received: readonly ReceivedPart[]): number[] {
  const bytes = new Map(received.map((part) => [part.part, part.bytes]));
  return sizes.flatMap((size, at) => (bytes.get(at + 1) === size ? [] : [at + 1]));
}
