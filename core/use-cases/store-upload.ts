import type { UploadedFile } from '../../contract/uploads.ts';
import type { JobKey } from '../jobs/job.ts';
import { uploadKey } from '../load/upload-keys.ts';
import { assertFileSize, missingParts, partSizes } from '../load/upload-parts.ts';
import type { Uploads } from '../load/ports.ts';
import { ProblemError } from '../problem-error.ts';
import type { FindDeps } from './find-job.ts';
import { findOpenLoad } from './find-load.ts';

export interface StoreDeps extends FindDeps {
  uploads: Uploads;
  maxUploadMb: number;
}

export const uploadExists = (file: number): ProblemError =>
  new ProblemError('UPLOAD_EXISTS', `File ${file} has been uploaded already.`);

/** A small file. Sending the very same again is sending it once. */
export async function storeBatch(
  deps: StoreDeps,
  { key, file, body }: { key: JobKey; file: number; body: Uint8Array },
): Promise<UploadedFile> {
  const job = await findOpenLoad(deps, key);
  assertFileSize(body.byteLength, deps.maxUploadMb);
  const stored = await deps.uploads.put(uploadKey(job, file), body);
  if (stored.outcome === 'exists' && !stored.same) throw uploadExists(file);
  return { file, bytes: body.byteLength, etag: stored.etag };
}

export interface CompleteCommand {
  key: JobKey;
  file: number;
  /** As it was asked for when the upload was begun. */
  bytes: number;
  parts: number;
}

/** Makes a file of its parts, once all are there. One that was completed before, with that size, is what was asked for. */
export async function completeUpload(deps: StoreDeps, command: CompleteCommand): Promise<UploadedFile> {
  const { file, bytes } = command;
  const job = await findOpenLoad(deps, command.key);
  assertFileSize(bytes, deps.maxUploadMb);
  const sizes = partSizes(bytes, command.parts, '/parts');
  const key = uploadKey(job, file);
  const before = await storedAs(deps, key, command);
  if (before) return before;
  const upload = (await deps.uploads.inParts(key)).find((each) => each.key === key);
  const received = upload && (await deps.uploads.parts(upload));
  if (upload && received) {
    const missing = missingParts(sizes, received);
    if (missing.length > 0) throw incomplete(file, missing);
    const chosen = received.filter(({ part }) => part <= sizes.length);
    const completed = await deps.uploads.complete(upload, chosen);
    if (completed.outcome === 'completed') return { file, bytes, etag: completed.etag };
  }
  const meanwhile = await storedAs(deps, key, command);
  if (meanwhile) return meanwhile;
  throw new ProblemError('UPLOAD_MISSING', `There is no upload in parts of file ${file}.`);
}

/** @throws ProblemError UPLOAD_EXISTS when another file lies there */
async function storedAs(
  deps: StoreDeps,
  key: string,
  { file, bytes }: CompleteCommand,
): Promise<UploadedFile | undefined> {
  const stored = (await deps.uploads.files(key)).find((each) => each.key === key);
  if (stored && stored.bytes !== bytes) throw uploadExists(file);
  return stored && { file, bytes, etag: stored.etag };
}

const shown = 50;

function incomplete(file: number, missing: number[]): ProblemError {
  const more = missing.length > shown ? ` and ${missing.length - shown} more` : '';
  const detail = `File ${file} lacks part ${missing.slice(0, shown).join(', ')}${more}.`;
  return new ProblemError('UPLOAD_INCOMPLETE', detail);
}
