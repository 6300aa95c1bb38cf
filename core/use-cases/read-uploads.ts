import type { UploadList } from '../../contract/uploads.ts';
import type { JobKey } from '../jobs/job.ts';
import { fileOf, uploadKey, uploadPrefix } from '../load/upload-keys.ts';
import type { StoredUpload, UploadInParts, UploadListing, Uploads } from '../load/ports.ts';
import type { FindDeps } from './find-job.ts';
import { findOpenLoad } from './find-load.ts';

export interface FilesOfLoad {
  files: (StoredUpload & { file: number })[];
  /** Uploads in parts that can still become a file; one for each file at most. */
  unfinished: (UploadInParts & { file: number })[];
}

/** Uploads in parts are looked for only where one was begun. */
export async function filesOf(
  uploads: UploadListing,
  job: JobKey & { in_parts?: boolean | undefined },
): Promise<FilesOfLoad> {
  const numbered = <Item extends { key: string }>(items: Item[]) =>
    items.flatMap((item) => {
      const file = fileOf(job, item.key);
      return file === undefined ? [] : [{ ...item, file }];
    });
  const prefix = uploadPrefix(job);
  const [files, inParts] = await Promise.all([uploads.files(prefix), job.in_parts ? uploads.inParts(prefix) : []]);
  const whole = numbered(files);
  const taken = new Set(whole.map(({ file }) => file));
  const unfinished = numbered(inParts).filter(({ file }) => !taken.has(file) && taken.add(file));
  return { files: whole, unfinished };
}

export interface ReadUploadsDeps extends FindDeps {
  uploads: Uploads;
}

export async function readUploads(deps: ReadUploadsDeps, key: JobKey): Promise<UploadList> {
  const job = await findOpenLoad(deps, key);
  const { files, unfinished } = await filesOf(deps.uploads, job);
  const in_progress = await Promise.all(
    unfinished.map(async (upload) => {
      const parts = (await deps.uploads.parts(upload)) ?? [];
      const { file, upload_id } = upload;
      return { file, upload_id, parts: parts.map(({ part, bytes }) => ({ part, bytes })) };
    }),
  );
  return {
    job_id: job.job_id,
    files: files.map(({ file, bytes, etag, uploaded_at }) => ({ file, bytes, etag, uploaded_at })),
    in_progress,
  };
}

/** The file and whatever would become it: afterwards another can be sent as that file. */
export async function deleteUpload(deps: ReadUploadsDeps, key: JobKey, file: number): Promise<void> {
  const job = await findOpenLoad(deps, key);
  const at = uploadKey(job, file);
  const begun = job.in_parts ? await deps.uploads.inParts(at) : [];
  for (const upload of begun) if (upload.key === at) await deps.uploads.abort(upload);
  await deps.uploads.remove(at);
}
