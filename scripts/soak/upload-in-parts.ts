import { openAsBlob } from 'node:fs';
import type * as z from 'zod';
import { UploadUrl, UploadedFile } from '../../contract/uploads.ts';

export interface Uploading {
  apiUrl: string;
  apiKey: string;
  jobId: string;
  path: string;
  bytes: number;
  parts: number;
  tell: (line: string) => void;
}

const requestTimeout = 30_000;
const partTimeout = 300_000;

async function ask<Schema extends z.ZodType>(
  { apiUrl, apiKey }: Uploading,
  method: string,
  path: string,
  schema: Schema,
  body?: object,
): Promise<z.infer<Schema>> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(requestTimeout),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return schema.parse(JSON.parse(text));
}

/** Sends at most `most` of the parts that S3 does not have. @returns how many */
async function sendParts(upload: Uploading, most: number): Promise<number> {
  const { jobId, path, bytes, parts, tell } = upload;
  const query = `file=1&bytes=${bytes}&parts=${parts}`;
  const { parts: all } = await ask(upload, 'GET', `/bulk/jobs/${jobId}/upload-url?${query}`, UploadUrl);
  const file = await openAsBlob(path);
  const size = Math.ceil(bytes / parts);
  const missing = (all ?? []).filter(({ received }) => !received).slice(0, most);
  for (const { part, bytes: length, url, headers } of missing) {
    if (url === null) throw new Error(`part ${part} has no URL`);
    const from = (part - 1) * size;
    const body = file.slice(from, from + length);
    const { ok, status } = await fetch(url, { method: 'PUT', headers, body, signal: AbortSignal.timeout(partTimeout) });
    if (!ok) throw new Error(`part ${part}: ${status}`);
    tell(`part ${part} of ${parts} sent`);
  }
  return missing.length;
}

/** Sends half of the parts, then asks anew, as after a break, and sends those that are missing. @returns parts sent the second time */
export async function uploadInParts(upload: Uploading): Promise<number> {
  const { jobId, bytes, parts } = upload;
  await sendParts(upload, Math.ceil(parts / 2));
  const resumed = await sendParts(upload, parts);
  await ask(upload, 'POST', `/bulk/jobs/${jobId}/uploads/1/complete`, UploadedFile.loose(), { bytes, parts });
  return resumed;
}
