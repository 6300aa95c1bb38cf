import type {
  CreateQueryJob,
  JobRecord,
  JobList,
  JobState,
  Limit,
  Limits,
  Operation,
  Query,
  QueryResult,
} from './contract.ts';
import { clientError } from './errors/spectra-error.ts';
import { type CallOptions, Transport } from './http/transport.ts';
import { Job } from './job/job.ts';
import { pages } from './job/pages.ts';
import type { Platform } from './platform/platform.ts';
import { type RetryOptions, retryWith } from './retry/backoff.ts';
import { type Runtime, runtimeWith } from './runtime.ts';
import { load, type LoadOptions } from './upload/load.ts';
import type { LoadSource } from './upload/to-source.ts';

export interface ClientOptions {
  /** Address of the API, stage included: https://.../v1 */
  url: string;
  apiKey?: string | undefined;
  /** A JSON web token, or what gives one: it is asked before every call. */
  token?: string | (() => string | Promise<string>) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  retry?: RetryOptions | undefined;
  /** Ms that one try of a call may take, or a download may stand still; default 60,000. */
  timeout?: number | undefined;
  /** Clock, chance and keys, for tests. */
  runtime?: Partial<Omit<Runtime, 'fetch'>> | undefined;
}

export type ExportOptions = Omit<CreateQueryJob, 'query' | 'operation' | 'start'> &
  CallOptions & {
    /** Default: a new one for each call. The same key and query lead to the same job. */
    idempotencyKey?: string | undefined;
  };

export type QueryOptions = Omit<Query, 'query' | 'on_timeout' | 'export'> & CallOptions;

export interface JobFilters extends CallOptions {
  state?: JobState | undefined;
  operation?: Operation | undefined;
  object?: string | undefined;
  tag?: string | undefined;
  is_finished?: boolean | undefined;
  /** Created at this time or later; a Date, or ISO 8601 with an offset. */
  created_after?: Date | string | undefined;
  /** Created before this time. */
  created_before?: Date | string | undefined;
  /** Jobs of one page, 1 to 1000; default 100. */
  limit?: number | undefined;
}

export interface PageOptions extends JobFilters {
  /** `next_cursor` of the page before, with the same filters. */
  cursor?: string | undefined;
}

const usualTimeout = 60_000;

const isoOf = (time: Date | string | undefined): string | undefined =>
  time instanceof Date ? time.toISOString() : time;

const listQuery = ({ created_after, created_before, ...same }: Omit<PageOptions, keyof CallOptions>) => ({
  ...same,
  created_after: isoOf(created_after),
  created_before: isoOf(created_before),
});

function credentialOf({ apiKey, token }: ClientOptions): () => string | Promise<string> {
  if (apiKey !== undefined && token !== undefined)
    throw clientError('INVALID_OPTION', 'Give `apiKey` or `token`, not both');
  if (typeof token === 'function') return token;
  const text = token ?? apiKey ?? '';
  return () => text;
}

/** All calls of a deployment; `client/node.ts` and `client/browser.ts` give it their platform. */
export class BaseClient {
  readonly #transport: Transport;
  readonly #platform: Platform;

  protected constructor(options: ClientOptions, platform: Platform) {
    if (!URL.canParse(options.url)) throw clientError('INVALID_OPTION', `url is not an address: ${options.url}`);
    const { fetch, runtime } = options;
    this.#platform = platform;
    this.#transport = new Transport({
      url: options.url,
      credential: credentialOf(options),
      runtime: runtimeWith({ ...runtime, ...(fetch && { fetch }) }),
      retry: retryWith(options.retry),
      timeout: options.timeout ?? usualTimeout,
    });
  }

  /** Exports the rows of a query to files: creates the job and starts it. @throws SpectraError QUERY_REFUSED and others */
  async export(sql: string, { signal, timeout, idempotencyKey, ...options }: ExportOptions = {}): Promise<Job> {
    const body: CreateQueryJob = { ...options, query: sql, start: true };
    const call = { method: 'POST' as const, path: '/bulk/jobs', body, signal, timeout, idempotencyKey };
    return this.#jobOf((await this.#transport.call<JobRecord>(call)).body);
  }

  /**
   * Loads a file or rows into a table (`schema.table`): sends it, in parts where it is large, and starts the job. An array of up to 8 sources
   * is one job, all or nothing of what can be applied. Broken off, the job stays `Open`: `resume` goes on with it.
   */
  async load(table: string, source: LoadSource | readonly LoadSource[], options: LoadOptions = {}): Promise<Job> {
    return this.#jobOf(await load(this.#transport, this.#platform, table, source, options));
  }

  /** Rows of a short query at once, at most 10,000. @throws SpectraError QUERY_TIMEOUT, QUERY_FAILED and others */
  async query(sql: string, { signal, timeout, ...options }: QueryOptions = {}): Promise<QueryResult> {
    const call = { method: 'POST' as const, path: '/queries', body: { ...options, query: sql }, signal, timeout };
    return (await this.#transport.call<QueryResult>(call)).body;
  }

  readonly jobs = {
    /** Jobs, newest first; pages are fetched as they are needed. */
    list: (filters: JobFilters = {}): AsyncGenerator<Job, void, undefined> => this.#list(filters),
    /** One page of them, for who turns pages; it can be short where a filter skips much, and is the last without `next_cursor`. */
    page: (options: PageOptions = {}): Promise<JobList> => this.#page(options),
  };

  /** A job by its id; nothing is asked yet. */
  job(id: string): Job {
    return this.#jobOf(id);
  }

  /** The limits in force. */
  async limits(options: CallOptions = {}): Promise<Limit[]> {
    return (await this.#transport.call<Limits>({ method: 'GET', path: '/limits', ...options })).body.limits;
  }

  async *#list({ signal, timeout, ...filters }: JobFilters) {
    const paged = { path: '/bulk/jobs', query: listQuery(filters) };
    for await (const { jobs } of pages<JobList>(this.#transport, paged, { signal, timeout }))
      for (const job of jobs) yield this.#jobOf(job);
  }

  async #page({ signal, timeout, ...filters }: PageOptions): Promise<JobList> {
    const call = { method: 'GET' as const, path: '/bulk/jobs', query: listQuery(filters), signal, timeout };
    return (await this.#transport.call<JobList>(call)).body;
  }

  #jobOf(known: string | JobRecord): Job {
    return new Job(this.#transport, this.#platform, known);
  }
}
