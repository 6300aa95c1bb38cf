import type { Job } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/change.ts';
import type { UploadListing } from '../load/ports.ts';
import { ProblemError } from '../problem-error.ts';
import { filesOf } from './read-uploads.ts';

/**
 * What closing a load means as it is now: with the files that lie there, which can't be written again. One that was closed before
 * keeps those that it was closed with, so that nothing needs to be looked at.
 * @throws ProblemError UPLOAD_MISSING, UPLOAD_INCOMPLETE
 */
export async function closing(uploads: UploadListing, job: Job): Promise<JobEvent> {
  if (job.state !== 'Open') return { type: 'close', files: [] };
  const { files, unfinished } = await filesOf(uploads, job);
  if (unfinished.length > 0) {
    const detail = `Not complete: file ${unfinished.map(({ file }) => file).join(', ')}.`;
    throw new ProblemError('UPLOAD_INCOMPLETE', detail);
  }
  if (files.length === 0) throw new ProblemError('UPLOAD_MISSING', 'No file has been uploaded.');
  return { type: 'close', files: files.map(({ file, key, bytes, etag }) => ({ file, key, bytes, etag })) };
}
