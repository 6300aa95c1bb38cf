import type { CreateLoadJob, JobRecord, LoadOperation } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';
import type { Transport } from '../http/transport.ts';
import type { Platform } from '../platform/platform.ts';
import { formatOf } from './format-of.ts';
import { sendFile } from './send-file.ts';
import { type LoadSource, toSource } from './to-source.ts';

export interface LoadOptions extends Omit<CreateLoadJob, 'operation' | 'object'> {
  /** Default `insert`; update, upsert and delete need `external_id_field`. */
  operation?: LoadOperation | undefined;
  /** Parts that are sent at once; default 4. */
  parallel?: number | undefined;
  /** Id of a load that was broken off: what S3 has of the very same file is not sent again. */
  resume?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told of the job before anything is sent: its id is what `resume` takes. */
  onJob?: ((job: JobRecord) => void) | undefined;
  onProgress?: ((progress: { bytes: number; total: number }) => void) | undefined;
}

const connections = 4;

/** Creates the job, sends the file and closes it. @returns the job, which then runs */
export async function load(
  transport: Transport,
  platform: Platform,
  table: string,
  given: LoadSource,
  options: LoadOptions,
): Promise<JobRecord> {
  const { operation = 'insert', parallel = connections, resume, signal, onJob, onProgress, ...body } = options;
  const { source, rows } = await toSource(given, platform);
  try {
    if (rows && (body.content_type ?? 'JSON') !== 'JSON')
      throw clientError('INVALID_OPTION', `Rows are sent as JSON, not as ${String(body.content_type)}`);
    const format = rows ? { content_type: 'JSON' as const, compression: 'NONE' as const } : formatOf(nameOf(given));
    const create: CreateLoadJob = { ...format, ...body, operation, object: table };
    const job = await opened(transport, create, resume, signal);
    onJob?.(job);
    if (job.state !== 'Open') return job;
    let bytes = 0;
    const sent = (count: number): void => onProgress?.({ bytes: (bytes += count), total: source.bytes });
    await sendFile({ transport, jobId: job.job_id, source, parallel, signal, sent });
    const close = { method: 'PATCH' as const, path: pathOf(job.job_id), body: { state: 'UploadComplete' }, signal };
    return (await transport.call<JobRecord>(close)).body;
  } finally {
    await source.close();
  }
}

const pathOf = (jobId: string): string => `/bulk/jobs/${encodeURIComponent(jobId)}`;

async function opened(
  transport: Transport,
  body: CreateLoadJob,
  resume: string | undefined,
  signal: AbortSignal | undefined,
): Promise<JobRecord> {
  const call =
    resume === undefined
      ? { method: 'POST' as const, path: '/bulk/jobs', body, signal }
      : { method: 'GET' as const, path: pathOf(resume), signal };
  return (await transport.call<JobRecord>(call)).body;
}

function nameOf(given: LoadSource): string {
  if (typeof given === 'string') return given;
  if (given instanceof URL) return given.pathname;
  return typeof File !== 'undefined' && given instanceof File ? given.name : '';
}
