import type { PartUrl, UploadList, UploadUrl } from '../contract.ts';
import { pool } from '../download/pool.ts';
import { errorOf } from '../errors/of-answer.ts';
import { clientError, SpectraError } from '../errors/spectra-error.ts';
import { deadline } from '../http/deadline.ts';
import { linked } from '../http/linked.ts';
import { type Transport, unbroken } from '../http/transport.ts';
import { retrying } from '../retry/retrying.ts';
import { type PartPlan, partsOf } from './part-plan.ts';
import type { SizedSource } from './sized-source.ts';

export interface Sending {
  transport: Transport;
  jobId: string;
  /** The number of the file. */
  n: number;
  source: SizedSource;
  parallel: number;
  /** Waits until this may be sent too. */
  turn: (work: () => Promise<void>) => Promise<void>;
  signal: AbortSignal | undefined;
  /** Told of the bytes of each part that S3 has. */
  sent: (bytes: number) => void;
}

/** Times that URLs are asked for without a part having been sent in between. */
const mostRefusals = 5;

/** Sends one file of a load: by one PUT, or in parts, of which those are left out that S3 has from an earlier try. */
export async function sendFile(sending: Sending): Promise<void> {
  const plan = partsOf(sending.source.bytes);
  if (plan.parts === 1) await sendWhole(sending);
  else await sendInParts(sending, plan);
}

async function sendWhole(sending: Sending): Promise<void> {
  const { bytes } = sending.source;
  for (let refusals = 0; ; refusals += 1) {
    try {
      const { url, headers } = await urlFor(sending, {});
      await put(sending, { url, headers, from: 0, to: bytes });
      break;
    } catch (error) {
      if (isThere(error) && (await hasFile(sending))) break;
      if (!isRefused(error) || refusals >= mostRefusals) throw error;
    }
  }
  sending.sent(bytes);
}

async function sendInParts(sending: Sending, plan: PartPlan): Promise<void> {
  const { transport, jobId, n, source, signal } = sending;
  const told = new Set<number>();
  const tell = ({ part, bytes }: Pick<PartUrl, 'part' | 'bytes'>): void => {
    if (!told.has(part)) sending.sent(bytes);
    told.add(part);
  };
  for (let refusals = 0; ;) {
    let parts: PartUrl[];
    try {
      parts = (await urlFor(sending, { parts: plan.parts })).parts ?? [];
    } catch (error) {
      if (isThere(error) && (await hasFile(sending))) return;
      throw error;
    }
    parts.filter(({ received }) => received).forEach(tell);
    const missing = parts.filter(({ received, url }) => !received && url !== null);
    if (missing.length === 0) break;
    const before = told.size;
    const refused = await sendParts(sending, plan, missing, tell);
    refusals = told.size > before ? 0 : refusals + 1;
    if (refused && refusals >= mostRefusals) throw refused;
  }
  await transport.call({
    method: 'POST',
    path: `/bulk/jobs/${encodeURIComponent(jobId)}/uploads/${n}/complete`,
    body: { bytes: source.bytes, parts: plan.parts },
    signal,
  });
}

/** @returns the error of parts whose URLs had expired meanwhile */
async function sendParts(
  sending: Sending,
  { partBytes }: PartPlan,
  missing: readonly PartUrl[],
  tell: (part: PartUrl) => void,
): Promise<SpectraError | undefined> {
  let refused: SpectraError | undefined;
  const { signal, abort, end } = linked(sending.signal);
  async function* work(): AsyncGenerator<() => Promise<void>, void, undefined> {
    await Promise.resolve();
    for (const part of missing)
      yield async () => {
        const from = (part.part - 1) * partBytes;
        try {
          await put({ ...sending, signal }, { ...part, from, to: from + part.bytes });
          tell(part);
        } catch (error) {
          if (!isRefused(error)) throw error;
          refused = error;
        }
      };
  }
  await pool(sending.parallel, work(), abort).finally(end);
  return refused;
}

interface Put {
  url: string | null;
  headers: Readonly<Record<string, string>>;
  from: number;
  to: number;
}

function put({ transport, source, turn, signal }: Sending, { url, headers, from, to }: Put): Promise<void> {
  const { runtime, retry, timeout } = transport;
  if (url === null) throw clientError('INVALID_ANSWER', 'The service gave no URL to upload to');
  // The length is what is sent; a browser lets nobody set it.
  const { 'content-length': _length, ...rest } = headers;
  const once = async (): Promise<void> => {
    const body = await source.read(from, to);
    const until = deadline(timeout, signal);
    try {
      const response = await unbroken(
        until,
        runtime.fetch(url, { method: 'PUT', headers: rest, body, signal: until.signal }),
      );
      const text = await unbroken(until, response.text());
      if (!response.ok) throw errorOf(response, text, runtime.now());
    } finally {
      until.end();
    }
  };
  return turn(() => retrying({ runtime, retry, signal }, once));
}

async function urlFor({ transport, jobId, n, source, signal }: Sending, more: { parts?: number }): Promise<UploadUrl> {
  const path = `/bulk/jobs/${encodeURIComponent(jobId)}/upload-url`;
  const query = { file: n, bytes: source.bytes, ...more };
  return (await transport.call<UploadUrl>({ method: 'GET', path, query, signal })).body;
}

/** A URL that has expired, or whose credentials have: another one helps. */
const isRefused = (error: unknown): error is SpectraError =>
  error instanceof SpectraError && error.code.startsWith('HTTP_') && (error.status === 403 || error.status === 400);

/** Files are written once: what is there may be what an earlier try has sent, whose answer was lost. */
const isThere = (error: unknown): boolean =>
  error instanceof SpectraError && (error.status === 412 || error.code === 'UPLOAD_EXISTS');

async function hasFile({ transport, jobId, n, source, signal }: Sending): Promise<boolean> {
  const path = `/bulk/jobs/${encodeURIComponent(jobId)}/uploads`;
  const { files } = (await transport.call<UploadList>({ method: 'GET', path, signal })).body;
  return files.some(({ file, bytes }) => file === n && bytes === source.bytes);
}
