import { clientError, SpectraError } from '../errors/spectra-error.ts';
import { type Deadline, deadline } from '../http/deadline.ts';
import { type Transport, unbroken } from '../http/transport.ts';
import { pauseAfter } from '../retry/retrying.ts';
import type { ByteRange, ByteSource } from './byte-source.ts';

export type { ByteRange } from './byte-source.ts';

interface Place {
  /** The next byte that is wanted. */
  at: number;
  /** What S3 calls the object; it must not change on the way. */
  etag: string | undefined;
}

/**
 * Bytes of a file in their order. Where the connection breaks, stalls or is refused it goes on at the byte where it stopped; the bound of
 * tries begins anew with every byte that comes.
 */
export async function* readBytes(
  transport: Transport,
  source: ByteSource,
  range: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { retry, runtime } = transport;
  const place: Place = { at: range.from, etag: undefined };
  for (let failures = 0; range.to === undefined || place.at < range.to; failures += 1) {
    signal?.throwIfAborted();
    const before = place.at;
    try {
      yield* once(transport, source, range, place, signal);
      return;
    } catch (error) {
      if (place.at > before) failures = 0;
      if (isRefusal(error) && failures < retry.retries && (await source.refresh(signal))) continue;
      await pauseAfter(error, failures, { retry, runtime, signal });
    }
  }
}

/** S3 says 403 to a URL that has expired, 400 where the credentials that signed it have. */
const isRefusal = (error: unknown): boolean =>
  error instanceof SpectraError && (error.status === 403 || error.status === 400);

/** One request. Comes to its end only when every byte has come. */
async function* once(
  transport: Transport,
  source: ByteSource,
  { to }: ByteRange,
  place: Place,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const until = deadline(transport.timeout, signal);
  let body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const range =
      place.at === 0 && to === undefined ? undefined : `bytes=${place.at}-${to === undefined ? '' : to - 1}`;
    const response = await source.open({ range, until });
    assertSame(response, source, place, range !== undefined);
    if (!response.body) return;
    body = response.body.getReader();
    yield* chunks(body, { until, place, to, whole: lengthOf(response, place) });
  } finally {
    until.end();
    await body?.cancel().catch(() => undefined);
  }
}

/** Where the end is, when only the answer knows. */
function lengthOf({ headers }: Response, { at }: Place): number | undefined {
  const length = headers.get('content-length');
  return length === null ? undefined : at + Number(length);
}

interface Reading {
  until: Deadline;
  place: Place;
  to: number | undefined;
  whole: number | undefined;
}

async function* chunks(
  body: ReadableStreamDefaultReader<Uint8Array>,
  { until, place, to, whole }: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = to ?? whole;
  for (;;) {
    const { done, value } = await unbroken(until, body.read());
    if (done) break;
    until.hold();
    if (end !== undefined && place.at + value.length > end)
      throw clientError('CHECKSUM_MISMATCH', `More bytes came than there are`);
    place.at += value.length;
    yield value;
    until.extend();
  }
  if (end !== undefined && place.at < end)
    throw clientError('NETWORK_ERROR', `The connection ended ${end - place.at} bytes too early`);
}

function assertSame(response: Response, { name }: ByteSource, place: Place, ranged: boolean): void {
  const etag = response.headers.get('etag') ?? undefined;
  if (place.etag !== undefined && etag !== undefined && place.etag !== etag)
    throw clientError('RESULT_CHANGED', `${name} is another file now than when its download began`);
  place.etag ??= etag;
  if (!ranged || response.status === 206) return;
  if (place.at > 0) throw clientError('INVALID_ANSWER', `${name} can't be resumed: ${response.status} instead of 206`);
}
