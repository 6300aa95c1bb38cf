import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import type { JobView } from '../../contract/jobs.ts';
import { JobView as JobSchema } from '../../contract/jobs.ts';
import { Results } from '../../contract/results.ts';
import { UploadUrl } from '../../contract/uploads.ts';

export interface Api {
  url: string;
  key: string;
}

const requestTimeout = 30_000;

/** One call of the service, as any HTTP client makes it. An answer that is no success is an Error with the problem in it. */
async function call<Schema extends z.ZodType>(
  api: Api,
  method: string,
  path: string,
  schema: Schema,
  body?: unknown,
): Promise<{ body: z.infer<Schema>; retryAfter: number }> {
  const response = await fetch(new URL(path, api.url), {
    method,
    headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(requestTimeout),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return { body: schema.parse(JSON.parse(text)), retryAfter: Number(response.headers.get('retry-after') ?? 1) };
}

const pathOf = (api: Api, path: string): string => `${new URL(api.url).pathname.replace(/\/$/, '')}${path}`;

export const createJob = async (api: Api, job: unknown): Promise<JobView> =>
  (await call(api, 'POST', pathOf(api, '/bulk/jobs'), JobSchema, job)).body;

export const startJob = async (api: Api, job: JobView): Promise<JobView> =>
  (await call(api, 'PATCH', job.status_url, JobSchema, { state: 'UploadComplete' })).body;

export const resultsOf = async (api: Api, job: JobView): Promise<Results> =>
  (await call(api, 'GET', `${job.status_url}/results?limit=1000`, Results)).body;

export const uploadUrl = async (api: Api, job: JobView, file: number, bytes: number): Promise<UploadUrl> =>
  (await call(api, 'GET', `${job.status_url}/upload-url?file=${file}&bytes=${bytes}`, UploadUrl)).body;

/** Asks until the job is finished, as often as the service advises, but at least twice a second. */
export async function followJob(api: Api, job: JobView, seen: (job: JobView) => void, most: number): Promise<JobView> {
  const end = Date.now() + most;
  while (Date.now() < end) {
    const { body, retryAfter } = await call(api, 'GET', job.status_url, JobSchema);
    seen(body);
    if (body.is_finished) return body;
    await delay(Math.min(retryAfter * 1000, 500));
  }
  throw new Error(`Job ${job.job_id} did not finish within ${most / 1000} s`);
}
