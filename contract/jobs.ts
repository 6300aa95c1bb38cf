import * as z from 'zod';
import { ColumnDelimiter, Compression, ContentType } from './formats.ts';
import { fixedLimits } from './limits.ts';
import { LoadOperation, LoadOptions, ObjectName } from './load.ts';
import { Warning } from './warnings.ts';
import { Progress } from './progress.ts';
import { JobId, RunId, TenantId } from './ids.ts';

export const JobState = z
  .enum(['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted'])
  .meta({ id: 'JobState', description: 'Open -> UploadComplete -> InProgress -> JobComplete | Failed | Aborted' });
export type JobState = z.infer<typeof JobState>;

export const Operation = z.enum(['query', ...LoadOperation.options]).meta({ id: 'Operation' });
export type Operation = z.infer<typeof Operation>;

const Timestamp = z.iso.datetime({ precision: 3 });

/** A lone half of a surrogate pair has no UTF-8: no store would give it back as it came. */
const isText = (text: string): boolean => text.isWellFormed();
const noText = 'has half a character (a lone surrogate)';

/** How the result is written; which options go with which content_type is judged with the query (core/sql). */
export const ExportOptions = z.object({
  content_type: ContentType.default('CSV'),
  compression: Compression.default('NONE').describe('PARQUET is compressed within and takes NONE only'),
  column_delimiter: ColumnDelimiter.default('COMMA').describe('CSV only'),
  null_as: z
    .string()
    .max(32)
    .refine(isText, noText)
    .optional()
    .describe("CSV only: what stands for NULL; '' and NULL look alike without it"),
  partition_by: z
    .array(z.string().min(1).max(127))
    .min(1)
    .max(8)
    .optional()
    .describe('One folder per value of these columns'),
  max_file_size_mb: z.int().min(5).max(6200).optional().describe('MB; larger results are split'),
  single_file: z.boolean().default(false).describe('One file in order, slower; still split at max_file_size_mb'),
});
export type ExportOptions = z.infer<typeof ExportOptions>;

const tag = z
  .string()
  .min(1)
  .max(64)
  .refine(isText, noText)
  .optional()
  .describe('A label to list jobs by; kept, not interpreted');

/** An export: the rows of a query become files. */
export const QueryJobBody = z
  .strictObject({
    operation: z.literal('query').default('query'),
    object: z
      .string()
      .min(1)
      .max(255)
      .refine(isText, noText)
      .optional()
      .describe('A label of your own, such as the main table; kept, not interpreted'),
    tag,
    query: z.string().min(1).describe('One read-only SELECT in Redshift SQL, at most 96 KB'),
    ...ExportOptions.shape,
    start: z
      .boolean()
      .default(false)
      .describe('Start at once, instead of waiting for PATCH {"state":"UploadComplete"}'),
  })
  .meta({ id: 'CreateQueryJob' });
export type QueryJobBody = z.infer<typeof QueryJobBody>;

/** A load: the rows of uploaded files change a table. It starts with PATCH {"state":"UploadComplete"}, once they are uploaded. */
export const LoadJobBody = z
  .strictObject({
    operation: LoadOperation,
    object: ObjectName.describe('The table, with its schema: one of those that the tenant may load (see /limits)'),
    tag,
    ...LoadOptions.shape,
  })
  .meta({ id: 'CreateLoadJob' });
export type LoadJobBody = z.infer<typeof LoadJobBody>;

export const CreateJobBody = z
  .discriminatedUnion('operation', [QueryJobBody, LoadJobBody], {
    error: ({ input }) =>
      typeof input === 'object' && input !== null && !Array.isArray(input)
        ? `Expected one of ${Operation.options.join(', ')}`
        : undefined,
  })
  .meta({ id: 'CreateJob' });
export type CreateJobBody = z.infer<typeof CreateJobBody>;

export const PatchJobBody = z
  .discriminatedUnion('state', [
    z
      .strictObject({ state: z.literal('UploadComplete') })
      .describe('Start the job; a load with the files that are uploaded by then, and no others'),
    z
      .strictObject({ state: z.literal('Aborted'), reason: z.string().max(500).refine(isText, noText).optional() })
      .describe('Cancel the job; a running statement is really cancelled'),
  ])
  .meta({ id: 'PatchJob' });
export type PatchJobBody = z.infer<typeof PatchJobBody>;

export const ErrorCategory = z
  .enum(['validation', 'permission', 'resource', 'transient', 'capacity'])
  .meta({ id: 'ErrorCategory' });
export type ErrorCategory = z.infer<typeof ErrorCategory>;

/** Why a job failed. */
export const JobError = z
  .object({
    code: z.string(),
    category: ErrorCategory,
    message: z.string(),
    retryable: z.boolean(),
    retry_after: z.int().min(0).optional().describe('Seconds'),
    details: z.object({
      sql_state: z.string().optional(),
      position: z.int().min(1).optional().describe('Character of the query, from 1'),
    }),
  })
  .meta({ id: 'JobError' });
export type JobError = z.infer<typeof JobError>;

export const Links = z
  .record(z.string(), z.string())
  .meta({ id: 'Links', description: 'Paths of what can be asked next' });

/** How often to ask about a job that still moves, in seconds: it follows the job's age. */
export const PollInterval = z
  .object({ recommended: z.int().min(1).max(30), minimum: z.int().min(1) })
  .meta({ id: 'PollInterval' });

/** What a load was closed with. */
export const Uploads = z
  .object({ files: z.int().min(1), bytes: z.int().min(0) })
  .meta({ id: 'Uploads', description: 'What a load was closed with; null before' });
export type Uploads = z.infer<typeof Uploads>;

/** A job as the API shows it. */
export const JobView = z
  .object({
    job_id: JobId,
    tenant_id: TenantId,
    operation: Operation,
    object: z.string().nullable(),
    tag: z.string().nullable(),
    query: z.string().optional().describe('Shown when the job is created, and with ?include=query'),
    ...z
      .object({ ...ExportOptions.shape })
      .required()
      .partial({ null_as: true, partition_by: true, max_file_size_mb: true, single_file: true }).shape,
    ...z
      .object({
        external_id_field: z.array(z.string()),
        line_ending: LoadOptions.shape.line_ending,
        max_errors: z.int().min(0),
        all_or_nothing: z.boolean(),
        uploads: Uploads.nullable(),
      })
      .partial()
      .describe('Of a load only').shape,
    state: JobState,
    desired_state: z.literal('Aborted').nullable().describe('Set while a running job is being cancelled'),
    is_finished: z.boolean(),
    run_id: RunId,
    attempt: z.int().min(1),
    created_at: Timestamp,
    updated_at: Timestamp,
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    cancelled_at: Timestamp.nullable(),
    cancelled_by: z.string().nullable().describe('The key that cancelled it, or "service"'),
    reason: z.string().nullable().describe('Why it was cancelled, in the words of who did'),
    wait_seconds: z.number().nullable().describe('From start to admission'),
    duration_seconds: z.number().nullable().describe('From admission to the end'),
    number_records_processed: z.int().min(0),
    number_records_failed: z.int().min(0),
    bytes: z.int().min(0),
    files: z.int().min(0),
    progress: Progress,
    has_warnings: z.boolean(),
    warnings: z.array(Warning).describe('Of a complete job'),
    result_location: z.string().nullable(),
    error: JobError.nullable(),
    last_error: JobError.nullable().describe('Why the run before failed, while the service itself runs the job again'),
    retry_at: Timestamp.nullable().describe(
      'Set while the service waits before it runs the job again: not before then',
    ),
    status_url: z.string(),
    poll_interval: PollInterval.nullable().describe('Null once nothing moves any more'),
    links: Links,
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof JobView>;

export const ListJobsQuery = z.object({
  state: JobState.optional(),
  operation: Operation.optional(),
  object: z.string().min(1).max(255).optional(),
  tag: z.string().min(1).max(64).optional(),
  is_finished: z.enum(['true', 'false']).optional(),
  created_after: z.iso.datetime({ offset: true }).optional().describe('Created at this time or later'),
  created_before: z.iso.datetime({ offset: true }).optional().describe('Created before this time'),
  limit: z.coerce.number().int().min(1).max(fixedLimits.page_size.value).default(100),
  cursor: z.string().min(1).max(500).optional().describe('next_cursor of the page before, with the same filters'),
});
export type ListJobsQuery = z.infer<typeof ListJobsQuery>;

export const JobList = z
  .object({ jobs: z.array(JobView), next_cursor: z.string().nullable().describe('Pass as ?cursor= for the next page') })
  .meta({ id: 'JobList' });
export type JobList = z.infer<typeof JobList>;
