import type { PartUrl, UploadUrl } from '../../contract/uploads.ts';
import { fixedLimits } from '../../contract/limits.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import type { JobIn, JobKey } from '../jobs/job.ts';
import { snapshotOf } from '../jobs/snapshot.ts';
import { uploadKey } from '../load/upload-keys.ts';
import { assertFileSize, assertOnePut, missingParts, partSizes } from '../load/upload-parts.ts';
import { mapBounded } from '../map-bounded.ts';
import type { UploadInParts, UploadPresigner, Uploads } from '../load/ports.ts';
import type { PresignedUrl } from '../ports.ts';
import { notFound } from './find-job.ts';
import { findOpenLoad, notOpen } from './find-load.ts';
import { uploadExists } from './store-upload.ts';

export interface UploadUrlDeps extends ApplyDeps {
  uploads: Pick<Uploads, 'files' | 'inParts' | 'begin' | 'parts'>;
  signer: UploadPresigner;
  maxUploadMb: number;
}

export interface UploadUrlCommand {
  key: JobKey;
  file: number;
  bytes: number;
  parts: number | undefined;
}

/** Where a file of an open load is sent to. For one PUT nothing is asked of S3: its URL can only write where nothing lies. */
export async function uploadUrl(deps: UploadUrlDeps, command: UploadUrlCommand): Promise<UploadUrl> {
  const { bytes, file, parts } = command;
  const job = await findOpenLoad(deps, command.key);
  assertFileSize(bytes, deps.maxUploadMb);
  if (parts !== undefined) return inParts(deps, job, command, partSizes(bytes, parts));
  assertOnePut(bytes);
  const { url, headers, expires_at } = await deps.signer.file(uploadKey(job, file), bytes);
  const one = { upload_id: null, parts: null, url_expires_at: expires_at };
  return { job_id: job.job_id, file, method: 'PUT', bytes, url, headers, ...one };
}

async function inParts(
  deps: UploadUrlDeps,
  job: JobIn<'Open'>,
  { file, bytes }: UploadUrlCommand,
  sizes: number[],
): Promise<UploadUrl> {
  await noteParts(deps, job);
  const upload = await beginOrResume(deps, uploadKey(job, file), file);
  const missing = missingParts(sizes, (await deps.uploads.parts(upload)) ?? []);
  const signed = await signParts(deps.signer, upload, missing, sizes);
  const expiries = [...signed.values()].map(({ expires_at }) => expires_at).sort();
  const waited = new Set(missing);
  return {
    job_id: job.job_id,
    file,
    method: 'PUT',
    bytes,
    url: null,
    headers: {},
    upload_id: upload.upload_id,
    parts: sizes.map((size, at): PartUrl => {
      const part = at + 1;
      const { url = null, headers = {} } = signed.get(part) ?? {};
      return { part, bytes: size, received: !waited.has(part), url, headers };
    }),
    url_expires_at: expiries[0] ?? null,
  };
}

/** The job knows that it has such uploads before there is one: closing it then looks for those that are not complete. */
async function noteParts(deps: UploadUrlDeps, job: JobIn<'Open'>): Promise<void> {
  if (job.in_parts) return;
  const applied = await applyEvent(deps, snapshotOf(job), { type: 'in_parts' });
  switch (applied.outcome) {
    case 'written':
    case 'settled':
      return;
    case 'refused':
      throw notOpen(applied.state);
    case 'gone':
      throw notFound(job);
    case 'superseded':
      throw notOpen('no longer open');
  }
}

/** Of two that begin at once both go on with the one that S3 lists first. */
async function beginOrResume(deps: UploadUrlDeps, key: string, file: number): Promise<UploadInParts> {
  const of = async () => (await deps.uploads.inParts(key)).find((upload) => upload.key === key);
  const [there, known] = await Promise.all([deps.uploads.files(key), of()]);
  if (there.some((stored) => stored.key === key)) throw uploadExists(file);
  if (known) return known;
  const mine = await deps.uploads.begin(key);
  return (await of()) ?? mine;
}

/** Signatures that are made at once. */
const atOnce = 32;

async function signParts(
  signer: UploadPresigner,
  upload: UploadInParts,
  missing: number[],
  sizes: number[],
): Promise<Map<number, PresignedUrl & { headers: Record<string, string> }>> {
  const some = missing.slice(0, fixedLimits.part_urls.value);
  const urls = await mapBounded(some, atOnce, (part) => signer.part(upload, part, sizes[part - 1] ?? 0));
  return new Map(urls.map((url, at) => [some[at] ?? 0, url]));
}
