import type { S3Presigner } from './presigner.ts';

const attempts = 3;
const firstPauseMilliseconds = 100;
/** Of one attempt, its body included. */
const deadlineMilliseconds = 30_000;
const signatureSeconds = 60;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Writes an object whole, by a URL signed for the purpose. Anything but 200, after three attempts, is an Error. */
export async function writeObject(presigner: S3Presigner, key: string, body: Buffer): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const failed = await put(presigner, key, body);
    if (failed === undefined) return;
    if (attempt >= attempts) throw new Error(`PUT ${key} failed`, { cause: failed });
    await pause(firstPauseMilliseconds * 2 ** (attempt - 1) * (1 + Math.random()));
  }
}

/** Why it failed; undefined when it did not. */
async function put(presigner: S3Presigner, key: string, body: Buffer): Promise<unknown> {
  try {
    const { url } = await presigner.presign({ method: 'PUT', key, query: {}, expiry: signatureSeconds });
    const signal = AbortSignal.timeout(deadlineMilliseconds);
    const response = await fetch(url, { method: 'PUT', body: new Uint8Array(body), redirect: 'error', signal });
    const text = await response.text();
    return response.ok ? undefined : new Error(`${response.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''}`);
  } catch (error) {
    return error;
  }
}
