import * as z from 'zod';
import type { LocalAws } from '../../local/local-aws.ts';

const requestTimeout = 30_000;
const Created = z.object({ job_id: z.string(), status_url: z.string() });

type Target = Pick<LocalAws, 'apiUrl' | 'apiKey'>;

/** One call of the API; the answer is read to its end. @throws when it is no success */
export async function request(target: Target, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${target.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${target.apiKey}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(requestTimeout),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** @returns the new job's id */
export const createJob = async (target: Target, job: unknown): Promise<string> =>
  Created.parse(await request(target, 'POST', '/bulk/jobs', job)).job_id;

export const readStatus = (target: Target, jobId: string): Promise<unknown> =>
  request(target, 'GET', `/bulk/jobs/${jobId}`);

/** How long a call takes, in ms. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}
