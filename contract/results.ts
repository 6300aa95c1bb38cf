import * as z from 'zod';
import { fixedLimits } from './limits.ts';
import { JobId } from './ids.ts';

export const ResultFile = z
  .object({
    n: z.int().min(1),
    url: z.string().describe('Stable: redirects (307) to a fresh presigned URL each time, while the results exist'),
    download_url: z.url().describe('Presigned; needs no credential and expires (see url_expires_at)'),
    name: z.string().describe('Relative to the job; with partition_by it has folders'),
    bytes: z.int().min(0),
    rows: z.int().min(0).describe('Without header lines'),
    checksum: z
      .object({ algorithm: z.enum(['CRC64NVME', 'ETAG']), value: z.string() })
      .nullable()
      .describe('As S3 keeps it; null where it has none'),
    content_type: z.string(),
  })
  .meta({ id: 'ResultFile' });
export type ResultFile = z.infer<typeof ResultFile>;

export const ResultColumn = z.object({ name: z.string(), type: z.string() }).meta({ id: 'ResultColumn' });
export type ResultColumn = z.infer<typeof ResultColumn>;

export const Results = z
  .object({
    job_id: JobId,
    rows: z.int().min(0),
    bytes: z.int().min(0),
    file_count: z.int().min(0),
    files: z.array(ResultFile).describe('One page of them, by n'),
    next_cursor: z.string().nullable(),
    download_url: z.url().nullable().describe('When there is exactly one file'),
    schema: z.array(ResultColumn),
    url_expires_at: z.iso.datetime().describe('When the presigned URLs of this answer expire'),
    expires_at: z.iso.datetime().describe('When the files are deleted'),
  })
  .meta({ id: 'Results' });
export type Results = z.infer<typeof Results>;

export const ResultsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(fixedLimits.page_size.value).default(100),
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,6}$/)
    .optional(),
});

/** What UNLOAD ... MANIFEST VERBOSE writes. record_count includes header lines (AWS documentation of UNLOAD). */
export const Manifest = z.object({
  entries: z.array(
    z.object({
      url: z.string(),
      meta: z.object({ content_length: z.number().int().min(0), record_count: z.number().int().min(0).optional() }),
    }),
  ),
  schema: z
    .object({
      elements: z.array(z.object({ name: z.string(), type: z.object({ base: z.string() }).loose() })),
    })
    .optional(),
});
export type Manifest = z.infer<typeof Manifest>;
