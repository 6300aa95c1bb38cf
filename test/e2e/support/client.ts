import { setTimeout as delay } from 'node:timers/promises';
import type { JobList, JobState, JobView } from '../../../contract/jobs.ts';
import type { Problem } from '../../../contract/problems.ts';
import type { Results } from '../../../contract/results.ts';
import type { UploadUrl } from '../../../contract/uploads.ts';
import { type Answer, assertDocumented } from './openapi.ts';
import { parseCsv } from './parse-csv.ts';

/** A body as it arrived; what it holds is proved by the OpenAPI document before a test sees it. */
export interface Reply<Body> extends Answer {
  body: Body;
}

export interface Call {
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

export type RowsOfLoad = 'successful' | 'failed' | 'unprocessed';

const pollMs = 40;
const waitMs = 30_000;

/** Asks until the answer is there. @throws Error after 30 s, with the last thing seen */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
  seen: () => string = () => 'nothing',
): Promise<Value> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}; last seen: ${seen()}`);
    await delay(pollMs);
  }
}

/** One caller of the API. Each answer that it gets is held to the OpenAPI document. */
export class Client {
  readonly apiUrl: string;
  readonly tenantId: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: { apiUrl: string; tenantId?: string; headers?: Readonly<Record<string, string>> }) {
    this.apiUrl = options.apiUrl;
    this.tenantId = options.tenantId ?? '';
    this.headers = options.headers ?? {};
  }

  /** @throws Error when the answer is not one that contract/openapi.json has */
  async call<Body = JobView>(method: string, path: string, call: Call = {}): Promise<Reply<Body>> {
    const { body } = call;
    const response = await fetch(this.apiUrl + path, {
      method,
      redirect: 'manual',
      headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }), ...call.headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(waitMs),
    });
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    assertDocumented(method, path, answer);
    return { ...answer, body: (answer.text === '' ? undefined : JSON.parse(answer.text)) as Body };
  }

  async create(body: object, headers: Readonly<Record<string, string>> = {}): Promise<JobView> {
    const reply = await this.call('POST', '/bulk/jobs', { body, headers });
    if (reply.status !== 201 && reply.status !== 202) throw new Error(`not created: ${reply.text}`);
    return reply.body;
  }

  start = (query: string, options: object = {}): Promise<JobView> => this.create({ query, start: true, ...options });

  read = async (id: string): Promise<JobView> => {
    const reply = await this.call('GET', `/bulk/jobs/${id}`);
    if (reply.status !== 200) throw new Error(`no job: ${reply.text}`);
    return reply.body;
  };

  patch = (id: string, body: object): Promise<Reply<JobView>> => this.call('PATCH', `/bulk/jobs/${id}`, { body });

  list = async (query = ''): Promise<JobList> => (await this.call<JobList>('GET', `/bulk/jobs${query}`)).body;

  problem = async (method: string, path: string, call: Call = {}): Promise<Reply<Problem>> => {
    const reply = await this.call<Problem>(method, path, call);
    if (reply.status < 400) throw new Error(`${method} ${path} was not refused: ${reply.status} ${reply.text}`);
    return reply;
  };

  /** The job once it is as wanted. */
  async follow(id: string, wanted: (job: JobView) => boolean, what = 'that state'): Promise<JobView> {
    let last: JobView | undefined;
    return until(
      `job ${id}: ${what}`,
      async () => {
        last = await this.read(id);
        return wanted(last) ? last : undefined;
      },
      () => JSON.stringify(last),
    );
  }

  inState = (id: string, state: JobState): Promise<JobView> => this.follow(id, (job) => job.state === state, state);

  finished = (id: string): Promise<JobView> => this.follow(id, (job) => job.is_finished, 'finished');

  /** Runs a query to its end. @throws Error unless it is JobComplete */
  async complete(query: string, options: object = {}): Promise<JobView> {
    const started = await this.start(query, options);
    const job = await this.finished(started.job_id);
    if (job.state !== 'JobComplete') throw new Error(`${job.state}: ${JSON.stringify(job.error)}`);
    return job;
  }

  results = async (id: string, query = ''): Promise<Results> => {
    const reply = await this.call<Results>('GET', `/bulk/jobs/${id}/results${query}`);
    if (reply.status !== 200) throw new Error(`no results: ${reply.text}`);
    return reply.body;
  };

  /** Every file of a complete job, by its presigned URL. */
  async download(id: string): Promise<{ name: string; data: Buffer; rows: number }[]> {
    const { files } = await this.results(id);
    return Promise.all(
      files.map(async ({ name, download_url, rows, bytes }) => {
        const response = await fetch(download_url, { signal: AbortSignal.timeout(waitMs) });
        const data = Buffer.from(await response.arrayBuffer());
        if (response.status !== 200) throw new Error(`${name}: ${response.status} ${data.toString().slice(0, 500)}`);
        if (data.length !== bytes) throw new Error(`${name} has ${data.length} bytes, the manifest says ${bytes}`);
        return { name, data, rows };
      }),
    );
  }

  /** Puts one file of a load where its presigned URL says, as any HTTP client does. */
  async upload(id: string, file: number, content: string | Buffer): Promise<void> {
    const body = Buffer.from(content);
    const asked = `/bulk/jobs/${id}/upload-url?file=${file}&bytes=${body.length}`;
    const { body: target, text } = await this.call<UploadUrl>('GET', asked);
    if (typeof target.url !== 'string') throw new Error(`nowhere to upload to: ${text}`);
    const { 'content-length': _length, ...headers } = target.headers;
    const put = { method: 'PUT', headers, body, signal: AbortSignal.timeout(waitMs) };
    const response = await fetch(target.url, put);
    if (!response.ok) throw new Error(`not uploaded: ${response.status} ${await response.text()}`);
  }

  /** A load of these files, closed, at its end. */
  async load(body: object, files: readonly (string | Buffer)[]): Promise<JobView> {
    const { job_id } = await this.create(body);
    await Promise.all(files.map((content, at) => this.upload(job_id, at + 1, content)));
    const closed = await this.patch(job_id, { state: 'UploadComplete' });
    if (closed.status !== 200) throw new Error(`not closed: ${closed.text}`);
    return this.ended(job_id);
  }

  /** The job at its end; the service holds its answer until then. */
  async ended(id: string): Promise<JobView> {
    let last: JobView | undefined;
    return until(
      `job ${id} to end`,
      async () => {
        last = (await this.call('GET', `/bulk/jobs/${id}?wait=5`)).body;
        return last.is_finished ? last : undefined;
      },
      () => JSON.stringify(last),
    );
  }

  /** Where the rows of a load are; undefined when there are none. */
  async rowsUrl(id: string, kind: RowsOfLoad, query = ''): Promise<string | undefined> {
    const reply = await this.call('GET', `/bulk/jobs/${id}/${kind}-results${query}`);
    if (reply.status === 204) return undefined;
    if (reply.status !== 307) throw new Error(`no rows: ${reply.status} ${reply.text}`);
    return reply.headers.get('location') ?? '';
  }

  /** The rows of a load as records of CSV, the names of their columns first; none when there is no file. */
  async rows(id: string, kind: RowsOfLoad, delimiter = ','): Promise<string[][]> {
    const url = await this.rowsUrl(id, kind);
    if (url === undefined) return [];
    const response = await fetch(url, { signal: AbortSignal.timeout(waitMs) });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${kind}: ${response.status} ${text}`);
    return parseCsv(text, delimiter);
  }
}
