import type { S3Presigner } from './presigner.ts';

const attempts = 3;
const firstPauseMilliseconds = 100;
/** Of one attempt, its body included. */
const deadlineMilliseconds = 15_000;
const signatureSeconds = 60;
/** Half a million files, by what UNLOAD writes into a manifest for each. */
const largestText = 64 * 1024 * 1024;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isPassing = (status: number): boolean => status >= 500 || status === 429;

/** An object, or with a query and no key a listing of the bucket, read by a URL signed for the purpose; undefined if there is none. Anything but 200, 206 and 404 is an Error. */
export async function readObject<Result>(
  presigner: S3Presigner,
  method: 'GET' | 'HEAD',
  key: string,
  read: (response: Response) => Promise<Result>,
  query: Record<string, string> = { 'x-amz-checksum-mode': 'ENABLED' },
  headers: Record<string, string> = {},
): Promise<Result | undefined> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= attempts;
    try {
      const response = await request(presigner, method, key, query, headers);
      if (response.status === 200 || response.status === 206) return await read(response);
      const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? '';
      if (response.status === 404 && code !== 'NoSuchBucket') return undefined;
      if (last || !isPassing(response.status))
        throw new UnreadableError(`${method} ${key}: ${response.status} ${code}`, response.status);
    } catch (error) {
      if (error instanceof UnreadableError) throw error;
      if (last) throw new Error(`${method} ${key} failed`, { cause: error });
    }
    await pause(firstPauseMilliseconds * 2 ** (attempt - 1) * (1 + Math.random()));
  }
}

/** What another attempt would not change. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  /** Of the answer, where that was the reason. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

async function request(
  presigner: S3Presigner,
  method: 'GET' | 'HEAD',
  key: string,
  query: Record<string, string>,
  headers: Record<string, string>,
): Promise<Response> {
  const { url } = await presigner.presign({ method, key, query, expiry: signatureSeconds });
  return fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.timeout(deadlineMilliseconds) });
}

/** @throws UnreadableError when it is larger than 64 MB */
export async function boundedText(response: Response, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (!body) return '';
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > largestText) throw new UnreadableError(`${key} is larger than ${largestText} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
