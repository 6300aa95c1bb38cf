import { Rate } from '../../cli/progress/rate.ts';
import type { LoadOptions, SpectraClient } from '../../client/browser.ts';
import type { CreateLoadJob } from '../../client/contract.ts';

/** A file on its way. */
export interface Upload {
  file: File;
  table: string;
  /** Known once the job is created: from then on the upload can be gone on with. */
  jobId: string | undefined;
  bytes: number;
  /** Bytes in a second; undefined until it can be known. */
  rate: number | undefined;
}

export type UploadState =
  | { phase: 'idle' }
  | ({ phase: 'sending' } & Upload)
  /** It broke off, or the reader stopped it: then there is no error. */
  | ({ phase: 'broken'; error: unknown } & Upload)
  | ({ phase: 'done'; jobId: string } & Upload);

export interface Begin {
  file: File;
  body: CreateLoadJob;
  /** Of a load that was broken off. */
  resume?: string | undefined;
}

/** The one upload of this tab. It goes on whatever page is looked at, and ends with the session. */
export class UploadStore {
  readonly #client: Pick<SpectraClient, 'load'>;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #state: UploadState = { phase: 'idle' };
  #abort: AbortController | undefined;

  constructor(client: Pick<SpectraClient, 'load'>, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  readonly state = (): UploadState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Creates the job, sends the file and starts the job; it never throws, the state tells. Nothing while another is on its way. */
  async begin({ file, body, resume }: Begin): Promise<void> {
    if (this.#state.phase === 'sending') return;
    const abort = new AbortController();
    const rate = new Rate(this.#now);
    const { object: table, ...options } = body;
    let upload: Upload = { file, table, jobId: resume, bytes: 0, rate: undefined };
    const tell = (news: Partial<Upload>): void => {
      upload = { ...upload, ...news };
      if (this.#abort === abort) this.#change({ phase: 'sending', ...upload });
    };
    this.#abort = abort;
    tell({});
    const sending: LoadOptions = {
      ...options,
      resume,
      signal: abort.signal,
      onJob: ({ job_id }) => {
        tell({ jobId: job_id });
        rate.tell(0);
      },
      onProgress: ({ bytes }) => {
        rate.tell(bytes);
        tell({ bytes, rate: rate.perSecond() });
      },
    };
    const end = await this.#client.load(table, file, sending).then(
      ({ id }): UploadState => ({ phase: 'done', ...upload, jobId: id }),
      (error: unknown): UploadState => ({
        phase: 'broken',
        ...upload,
        error: abort.signal.aborted ? undefined : error,
      }),
    );
    if (this.#abort !== abort) return;
    this.#abort = undefined;
    this.#change(end);
  }

  /** Breaks it off: the job stays open, and what was sent stays. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Forgets what has ended. */
  clear(): void {
    if (this.#state.phase !== 'sending') this.#change({ phase: 'idle' });
  }

  /** Breaks it off and forgets it, as whoever began it has left. */
  end(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#change({ phase: 'idle' });
  }

  #change(state: UploadState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
