import * as z from 'zod';
import type { KeySet } from '../../core/ports.ts';

const longestMs = 3000;
const mostBytes = 128 * 1024;

const PublicKeyBody = z.looseObject({ kty: z.string(), kid: z.string().exactOptional() });

/** What is no key is passed over, as RFC 7517 asks for (section 5); the members of a key are checked by what uses it. */
const KeySetBody = z.object({
  keys: z
    .array(z.unknown())
    .max(100)
    .transform((members) => members.flatMap((member) => PublicKeyBody.safeParse(member).data ?? [])),
});

/**
 * Reads a JWKS: at most 128 KB and 100 keys, within 3 seconds, no redirects.
 * @throws Error with its cause when it can't be had or is none
 */
export async function fetchKeySet(url: string): Promise<KeySet> {
  try {
    const response = await fetch(url, {
      // A Lambda is frozen between calls, and a connection that was kept would be found dead.
      headers: { accept: 'application/jwk-set+json, application/json', connection: 'close' },
      redirect: 'error',
      signal: AbortSignal.timeout(longestMs),
    });
    const text = await readBounded(response);
    if (response.status !== 200) throw new Error(`The answer has status ${response.status}`);
    return KeySetBody.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`No key set can be read from ${url}`, { cause });
  }
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > mostBytes) {
      await reader?.cancel();
      throw new Error(`The answer has more than ${mostBytes} bytes`);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}
