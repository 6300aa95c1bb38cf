import type { IncomingMessage } from 'node:http';

/** More was sent than is taken. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

/**
 * Reads a whole body. What is too much is read and dropped, so that the client sees the answer and not a broken pipe.
 * @param limit bytes
 * @throws {BodyTooLargeError}
 */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > limit) throw new BodyTooLargeError(`${size} bytes, at most ${limit} are taken`);
  return Buffer.concat(chunks);
}
