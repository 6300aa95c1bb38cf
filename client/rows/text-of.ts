import type { Compression } from '../contract.ts';
import { clientError, SpectraError } from '../errors/spectra-error.ts';
import type { Platform } from '../platform/platform.ts';

/** Text of a file, decompressed, in pieces. @throws SpectraError UNSUPPORTED_FORMAT, UNREADABLE_ROWS */
export async function* textOf(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  platform: Platform,
): AsyncGenerator<string, void, undefined> {
  const plain = compression === 'NONE' ? bytes : platform.decompress(bytes, compression);
  if (!plain) throw clientError('UNSUPPORTED_FORMAT', `This platform can't decompress ${compression}`);
  const decoder = new TextDecoder();
  try {
    for await (const chunk of plain) yield decoder.decode(chunk, { stream: true });
  } catch (cause) {
    if (cause instanceof SpectraError || compression === 'NONE' || isAbort(cause)) throw cause;
    throw clientError('UNREADABLE_ROWS', `The file is not ${compression}`, { cause });
  }
  yield decoder.decode();
}

const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'AbortError' || error.name === 'TimeoutError');
