import * as z from 'zod';
import { fixedLimits } from './limits.ts';
import { JobId } from './ids.ts';

const FileNumber = z.int().min(1).max(fixedLimits.files_per_load.value);
const asked = z.coerce.number().int();
const fileAsked = asked.min(1).max(fixedLimits.files_per_load.value);

const Bytes = z.int().min(0);
const Headers = z.record(z.string(), z.string()).describe('To be sent as they are: the signature covers them');

/** Which file of a load is meant. */
export const FileQuery = z.object({ file: fileAsked.default(1).describe('Files of a load are numbered from 1') });

export const UploadParams = z.object({ job_id: JobId, n: fileAsked });

export const UploadUrlQuery = FileQuery.extend({
  bytes: asked.min(0).max(Number.MAX_SAFE_INTEGER).describe('Size of the whole file'),
  parts: asked
    .min(1)
    .max(fixedLimits.parts_per_file.value)
    .optional()
    .describe('In how many parts the file is sent; all have the same size but the last, which may be smaller'),
});
export type UploadUrlQuery = z.infer<typeof UploadUrlQuery>;

export const PartUrl = z
  .object({
    part: z.int().min(1),
    bytes: Bytes.describe('Size of this part'),
    received: z.boolean().describe('S3 has it; it need not be sent again'),
    url: z
      .url()
      .nullable()
      .describe('PUT the part here; null for one that S3 has, and beyond the number of URLs in one answer'),
    headers: Headers,
  })
  .meta({ id: 'PartUrl' });
export type PartUrl = z.infer<typeof PartUrl>;

/** Where a file is sent to: one PUT, or one for each part. */
export const UploadUrl = z
  .object({
    job_id: JobId,
    file: FileNumber,
    method: z.literal('PUT'),
    bytes: Bytes,
    url: z.url().nullable().describe('PUT the file here; null for an upload in parts'),
    headers: Headers,
    upload_id: z.string().nullable().describe('Of an upload in parts'),
    parts: z.array(PartUrl).nullable().describe('Of an upload in parts: all of them, those that S3 has included'),
    url_expires_at: z.iso.datetime().nullable().describe('Ask again then: what was sent stays. Null without a URL'),
  })
  .meta({ id: 'UploadUrl' });
export type UploadUrl = z.infer<typeof UploadUrl>;

/** A file that lies there whole. */
export const UploadedFile = z
  .object({ file: FileNumber, bytes: Bytes, etag: z.string().describe('As S3 has it, without quotes') })
  .meta({ id: 'UploadedFile' });
export type UploadedFile = z.infer<typeof UploadedFile>;

export const UploadList = z
  .object({
    job_id: JobId,
    files: z.array(UploadedFile.extend({ uploaded_at: z.iso.datetime() })).describe('What closing the job would pin'),
    in_progress: z
      .array(
        z.object({
          file: FileNumber,
          upload_id: z.string(),
          parts: z.array(z.object({ part: z.int().min(1), bytes: Bytes })).describe('Those that S3 has'),
        }),
      )
      .describe('Uploads in parts that were not completed'),
  })
  .meta({ id: 'UploadList' });
export type UploadList = z.infer<typeof UploadList>;

/** The upload as it was asked for: what tells whether a part is missing. */
export const CompleteUploadBody = z
  .strictObject({
    bytes: Bytes.describe('Size of the whole file'),
    parts: z.int().min(1).max(fixedLimits.parts_per_file.value).describe('Number of parts'),
  })
  .meta({ id: 'CompleteUpload' });
export type CompleteUploadBody = z.infer<typeof CompleteUploadBody>;

/** Bodies that API Gateway hands on byte by byte. JSON is not among them: every other call of the API takes it as text. */
export const binaryMediaTypes = [
  'text/csv',
  'application/x-ndjson',
  'application/gzip',
  'application/zstd',
  'application/x-bzip2',
  'application/vnd.apache.parquet',
  'application/octet-stream',
] as const;

/** What the body of a batch may be. */
export const batchMediaTypes: readonly string[] = [...binaryMediaTypes, 'application/json'];
