import type { CreateLoadJob, JobRecord, LoadOperation, UploadList } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';
import { linked } from '../http/linked.ts';
import type { Transport } from '../http/transport.ts';
import type { Platform } from '../platform/platform.ts';
import { openFiles } from './open-files.ts';
import { sendFile } from './send-file.ts';
import type { SizedSource } from './sized-source.ts';
import type { LoadSource } from './to-source.ts';
import { turns } from './turns.ts';

export interface LoadProgress {
  /** Bytes of all files that S3 has. */
  bytes: number;
  total: number;
  /** The one that something was sent of: `n` counts from 1, in the order of the sources. */
  file: { n: number; bytes: number; total: number };
}

export interface LoadOptions extends Omit<CreateLoadJob, 'operation' | 'object'> {
  /** Default `insert`; update, upsert and delete need `external_id_field`. */
  operation?: LoadOperation | undefined;
  /** Files and parts of files that are sent at once; default 4. */
  parallel?: number | undefined;
  /** Id of a load that was broken off: what S3 has of the very same sources, in the same order, is not sent again. */
  resume?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told of the job before anything is sent: its id is what `resume` takes. */
  onJob?: ((job: JobRecord) => void) | undefined;
  onProgress?: ((progress: LoadProgress) => void) | undefined;
}

const connections = 4;

/** Creates the job, sends the files and closes it. @returns the job, which then runs */
export async function load(
  transport: Transport,
  platform: Platform,
  table: string,
  given: LoadSource | readonly LoadSource[],
  options: LoadOptions,
): Promise<JobRecord> {
  const { operation = 'insert', parallel = connections, resume, signal, onJob, onProgress, ...body } = options;
  const { sources, format, close } = await openFiles(given, body, platform);
  try {
    const create: CreateLoadJob = { ...body, ...format, operation, object: table };
    const job = await (resume === undefined
      ? created(transport, create, signal)
      : resumed(transport, resume, sources.length, signal));
    onJob?.(job);
    if (job.state !== 'Open') return job;
    await sendAll({ transport, jobId: job.job_id, sources, parallel, signal, onProgress });
    const path = pathOf(job.job_id);
    const closing = { method: 'PATCH' as const, path, body: { state: 'UploadComplete' }, signal };
    return (await transport.call<JobRecord>(closing)).body;
  } finally {
    await close();
  }
}

interface Sending {
  transport: Transport;
  jobId: string;
  sources: readonly SizedSource[];
  parallel: number;
  signal: AbortSignal | undefined;
  onProgress: LoadOptions['onProgress'];
}

/** @throws the first error, once nothing is sent any more */
async function sendAll({ transport, jobId, sources, parallel, signal, onProgress }: Sending): Promise<void> {
  const stop = linked(signal);
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const turn = turns(parallel);
  let failure: { error: unknown } | undefined;
  let all = 0;
  const send = async (source: SizedSource, index: number): Promise<void> => {
    let bytes = 0;
    const sent = (count: number): void => {
      bytes += count;
      all += count;
      onProgress?.({ bytes: all, total, file: { n: index + 1, bytes, total: source.bytes } });
    };
    try {
      await sendFile({ transport, jobId, n: index + 1, source, parallel, turn, signal: stop.signal, sent });
    } catch (error) {
      failure ??= { error };
      stop.abort(error);
    }
  };
  await Promise.all(sources.map(send)).finally(stop.end);
  if (failure) throw failure.error;
}

const pathOf = (jobId: string): string => `/bulk/jobs/${encodeURIComponent(jobId)}`;

const created = async (transport: Transport, body: CreateLoadJob, signal?: AbortSignal): Promise<JobRecord> =>
  (await transport.call<JobRecord>({ method: 'POST', path: '/bulk/jobs', body, signal })).body;

/** @throws SpectraError INVALID_OPTION when the job has files that are not among the sources: it would be closed with them */
async function resumed(transport: Transport, id: string, files: number, signal?: AbortSignal): Promise<JobRecord> {
  const job = (await transport.call<JobRecord>({ method: 'GET', path: pathOf(id), signal })).body;
  if (job.state !== 'Open') return job;
  const call = { method: 'GET' as const, path: `${pathOf(id)}/uploads`, signal };
  const there = (await transport.call<UploadList>(call)).body;
  const last = Math.max(0, ...[...there.files, ...there.in_progress].map(({ file }) => file));
  if (last <= files) return job;
  throw clientError('INVALID_OPTION', `Job ${id} has a file ${last} already, and ${files} came`, {
    hint: 'Resume with all sources that the load began with, in their order.',
  });
}
