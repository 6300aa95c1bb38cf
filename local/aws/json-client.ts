/** Where and what to call. */
export interface JsonCall {
  endpoint: string;
  /** `X-Amz-Target`, e.g. `AmazonSQS.SendMessage` */
  target: string;
  input: unknown;
  signal?: AbortSignal | undefined;
  /** Milliseconds; default 30 000. */
  timeoutMs?: number;
}

/** An engine refused a call. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** The signature that engines want to see; none of those called this way checks it. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20000101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=0';

/**
 * Calls an engine by the JSON protocol, without an SDK between.
 * @throws {EngineError} with the engine's own words
 */
export async function callJson({ endpoint, target, input, signal, timeoutMs = 30_000 }: JsonCall): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs);
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, authorization },
    body: JSON.stringify(input),
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  });
  const text = await response.text();
  if (!response.ok) throw new EngineError(`${target}: ${text.slice(0, 500)}`);
  return text === '' ? {} : (JSON.parse(text) as unknown);
}
