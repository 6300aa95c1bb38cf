import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { JobView } from '../../contract/jobs.ts';
import { type Api, uploadUrl } from './api.ts';

const mostPerFile = 120_000;

/** Sends a file as the n-th of a load, to where its presigned URL says. */
export async function upload(api: Api, job: JobView, n: number, path: string): Promise<number> {
  const { size } = await stat(path);
  const target = await uploadUrl(api, job, n, size);
  if (target.url === null) throw new Error(`${path} is to be sent in parts`);
  const response = await fetch(target.url, {
    method: 'PUT',
    headers: target.headers,
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    duplex: 'half',
    signal: AbortSignal.timeout(mostPerFile),
  });
  if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
  return size;
}
