import type { JobRecord, JobLog, LogEntry, Results, ResultColumn, Run, RunList } from '../contract.ts';
import type { DownloadedFile, DownloadOptions, SavedFile, SaveOptions, Transfer } from '../download/options.ts';
import type { CallOptions, Transport } from '../http/transport.ts';
import type { Platform } from '../platform/platform.ts';
import { loadRows, type LoadRow } from '../rows/load-rows.ts';
import type { RowFile, RowKind } from '../rows/row-file.ts';
import { rowFiles } from '../rows/row-files.ts';
import { jobRows, type Row, type RowOptions } from '../rows/job-rows.ts';
import { JobFile } from './job-file.ts';
import { pages } from './pages.ts';
import { waitForJob, type WaitOptions } from './wait.ts';

export interface RefreshOptions extends CallOptions {
  /** `query`: its SQL too; `progress`: while it runs, what is written so far, and an estimate if there is one. */
  include?: readonly ('query' | 'progress')[] | undefined;
}

/** A job of the service, and what can be done with it. */
export class Job {
  readonly id: string;
  /** As it was when it was last heard of; `refresh()` and `wait()` bring it up to date. */
  record: JobRecord | undefined;
  readonly #transport: Transport;
  readonly #platform: Platform;

  constructor(transport: Transport, platform: Platform, known: string | JobRecord) {
    this.#transport = transport;
    this.#platform = platform;
    this.id = typeof known === 'string' ? known : known.job_id;
    this.record = typeof known === 'string' ? undefined : known;
  }

  get state(): JobRecord['state'] | undefined {
    return this.record?.state;
  }

  /** Reads the job as it is now. */
  async refresh({ include = [], ...options }: RefreshOptions = {}): Promise<JobRecord> {
    const query = include.length === 0 ? {} : { include: include.join(',') };
    const call = { method: 'GET' as const, path: this.#path(''), query, ...options };
    this.record = (await this.#transport.call<JobRecord>(call)).body;
    return this.record;
  }

  /**
   * Waits until the job is finished, without asking all the time.
   * @throws JobFailedError, JobAbortedError; the signal's reason when it is aborted: the job goes on then
   */
  async wait(options: WaitOptions = {}): Promise<this> {
    const onProgress = (job: JobRecord): void => {
      this.record = job;
      options.onProgress?.(job);
    };
    this.record = await waitForJob(this.#transport, this.id, {
      ...options,
      ...(options.onProgress && { onProgress }),
    });
    return this;
  }

  /** The files of a complete export, by number; pages are fetched as they are needed. */
  async *files(options: CallOptions = {}): AsyncGenerator<JobFile, void, undefined> {
    for await (const page of this.#results(options)) {
      for (const file of page.files) yield new JobFile(this.#transport, this.id, file, page.url_expires_at);
    }
  }

  /** Columns of a complete export, with Redshift's names of their types. */
  async schema(options: CallOptions = {}): Promise<ResultColumn[]> {
    for await (const page of this.#results(options, 1)) return page.schema;
    return [];
  }

  /**
   * Rows of a complete export, streamed: CSV and JSON, file by file. Values are typed where nothing is lost (docs/sdk.md).
   * @throws SpectraError UNSUPPORTED_FORMAT, CHECKSUM_MISMATCH at the end of a file whose bytes were not those of the file
   */
  async *rows(options: RowOptions = {}): AsyncGenerator<Row, void, undefined> {
    const call = { signal: options.signal };
    const job = await this.#ended(call);
    const schema = await this.schema(call);
    const batches = jobRows(job, schema, this.files(call), { platform: this.#platform, ...options });
    for await (const rows of batches) for (const row of rows) yield row;
  }

  /**
   * Downloads all files into a folder, in Node: several at once, resumed where an earlier download stopped, verified by checksum.
   * @throws SpectraError CHECKSUM_MISMATCH; the signal's reason when it is aborted: what came stays for the next time
   */
  async download(dir: string, { onProgress, ...options }: DownloadOptions = {}): Promise<DownloadedFile[]> {
    const files = this.files({ signal: options.signal });
    const tell: Transfer<JobFile>['onProgress'] = ({ file, there, ...all }) =>
      onProgress?.({ ...all, file: { name: file.name, bytes: there, total: file.bytes, rows: file.rows } });
    const done = await this.#platform.download({ jobId: this.id, dir, files }, { ...options, onProgress: tell });
    return done.map(({ file: { name, bytes, rows }, ...saved }) => ({ name, bytes, rows, ...saved }));
  }

  /**
   * Files of a finished load's rows: those that were applied, that were rejected, or with which nothing was done. None where there are no such rows.
   * CSV in the dialect of the load; unprocessed ones can be the files as they were sent.
   */
  async *rowFiles(kind: RowKind, { signal }: CallOptions = {}): AsyncGenerator<RowFile, void, undefined> {
    yield* rowFiles(this.#transport, await this.#ended({ signal }), kind, { signal });
  }

  /**
   * Downloads the files of a load's rows into a folder, in Node, as `download()` does those of an export.
   * @throws SpectraError CHECKSUM_MISMATCH; the signal's reason when it is aborted: what came stays for the next time
   */
  async downloadRowFiles(
    kind: RowKind,
    dir: string,
    { onProgress, ...options }: SaveOptions = {},
  ): Promise<SavedFile[]> {
    const files = this.rowFiles(kind, { signal: options.signal });
    const tell: Transfer<RowFile>['onProgress'] = ({ file, there, ...all }) =>
      onProgress?.({ ...all, file: { name: file.name, bytes: there, total: file.bytes } });
    const done = await this.#platform.download({ jobId: this.id, dir, files }, { ...options, onProgress: tell });
    return done.map(({ file: { name, bytes }, ...saved }) => ({ name, bytes, ...saved }));
  }

  /** Rows of a load that were rejected, each with `_error`, `_line`, `_file` and `_column`; values are texts. */
  failedRows(options: CallOptions = {}): AsyncGenerator<LoadRow, void, undefined> {
    return this.#rowsOfLoad('failed', options);
  }

  /** Rows of a load that were applied, each with `_line` and `_file`; values are texts. */
  successfulRows(options: CallOptions = {}): AsyncGenerator<LoadRow, void, undefined> {
    return this.#rowsOfLoad('successful', options);
  }

  /**
   * Rows with which a load that failed or was cancelled has done nothing; values are texts, with `_line` and `_file` where they were read already.
   * @throws SpectraError UNSUPPORTED_FORMAT where they are files of JSON or PARQUET as they were sent: `rowFiles()` has those
   */
  unprocessedRows(options: CallOptions = {}): AsyncGenerator<LoadRow, void, undefined> {
    return this.#rowsOfLoad('unprocessed', options);
  }

  async *#rowsOfLoad(kind: RowKind, options: CallOptions): AsyncGenerator<LoadRow, void, undefined> {
    yield* loadRows(this.#transport, this.#platform, await this.#ended(options), kind, options);
  }

  /** As it was when it ended; else as it is now. */
  async #ended(options: CallOptions): Promise<JobRecord> {
    return this.record?.is_finished === true ? this.record : this.refresh(options);
  }

  /** Cancels the job. Safe to repeat; a running statement has really stopped once `wait()` throws JobAbortedError. */
  cancel(reason?: string, options: CallOptions = {}): Promise<JobRecord> {
    return this.#change('PATCH', '', options, { state: 'Aborted', ...(reason !== undefined && { reason }) });
  }

  /** Starts a job that is `Open`. */
  start(options: CallOptions = {}): Promise<JobRecord> {
    return this.#change('PATCH', '', options, { state: 'UploadComplete' });
  }

  /** Runs a failed or cancelled job again. */
  retry(options: CallOptions = {}): Promise<JobRecord> {
    return this.#change('POST', '/retry', options);
  }

  /** Deletes a finished job and its files. */
  async delete(options: CallOptions = {}): Promise<void> {
    // By POST: unlike DELETE it takes an Idempotency-Key, so that a repeat is not told that the job is gone.
    await this.#transport.call({ method: 'POST', path: this.#path('/delete'), ...options });
  }

  /** What happened to the job, the oldest first. */
  async *logs(options: CallOptions = {}): AsyncGenerator<LogEntry, void, undefined> {
    const path = this.#path('/logs');
    for await (const page of pages<JobLog>(this.#transport, { path }, options)) yield* page.entries;
  }

  /** Executions of the job, the latest first. */
  async runs(options: CallOptions = {}): Promise<Run[]> {
    const call = { method: 'GET' as const, path: this.#path('/runs'), ...options };
    return (await this.#transport.call<RunList>(call)).body.runs;
  }

  #results({ signal, timeout }: CallOptions, limit = 100): AsyncGenerator<Results, void, undefined> {
    return pages<Results>(this.#transport, { path: this.#path('/results'), query: { limit } }, { signal, timeout });
  }

  async #change(method: 'PATCH' | 'POST', path: string, options: CallOptions, body?: object): Promise<JobRecord> {
    const call = { method, path: this.#path(path), body, signal: options.signal, timeout: options.timeout };
    this.record = (await this.#transport.call<JobRecord>(call)).body;
    return this.record;
  }

  #path(below: string): string {
    return `/bulk/jobs/${encodeURIComponent(this.id)}${below}`;
  }
}
