import type { Job, LoadOptions } from '../../../../client/node.ts';
import { UploadStore } from '../../../../console/new-load/upload-store.ts';

const file = new File(['id\n1\n'], 'people.csv');
const body = { operation: 'insert' as const, object: 'demo.people' };

/** A load that goes on as the test tells it to. */
function service() {
  const calls: LoadOptions[] = [];
  const ends: { resolve: (job: Job) => void; reject: (error: unknown) => void }[] = [];
  const load = (_table: string, _source: unknown, options: LoadOptions = {}): Promise<Job> => {
    calls.push(options);
    const { promise, resolve, reject } = Promise.withResolvers<Job>();
    options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    ends.push({ resolve, reject });
    return promise;
  };
  let now = 0;
  const store = new UploadStore({ load }, () => now);
  return { store, calls, ends, pass: (ms: number) => (now += ms) };
}

const record = { job_id: 'J' } as Parameters<NonNullable<LoadOptions['onJob']>>[0];

it('tells how much has come, and how fast', () => {
  const { store, calls, pass } = service();
  void store.begin({ file, body });
  calls[0]?.onJob?.(record);
  pass(1000);
  calls[0]?.onProgress?.({ bytes: 500, total: 5000, file: { n: 1, bytes: 500, total: 5000 } });
  expect(store.state()).toMatchObject({ phase: 'sending', jobId: 'J', bytes: 500, rate: 500 });
});

it('can be stopped, and then gone on with: the job is kept', async () => {
  const { store, calls } = service();
  const begun = store.begin({ file, body });
  calls[0]?.onJob?.(record);
  store.stop();
  await begun;
  expect(store.state()).toMatchObject({ phase: 'broken', jobId: 'J', error: undefined });
  void store.begin({ file, body, resume: 'J' });
  expect(calls[1]).toMatchObject({ resume: 'J' });
  expect(store.state()).toMatchObject({ phase: 'sending', jobId: 'J', bytes: 0 });
});

it('keeps the error of what broke off, and begins one file at a time', async () => {
  const { store, calls, ends } = service();
  const begun = store.begin({ file, body });
  await store.begin({ file, body });
  expect(calls).toHaveLength(1);
  ends[0]?.reject(new Error('no network'));
  await begun;
  expect(store.state()).toMatchObject({ phase: 'broken', jobId: undefined, error: { message: 'no network' } });
});

it('is silent once the session has ended, whatever comes late', async () => {
  const { store, calls } = service();
  const begun = store.begin({ file, body });
  store.end();
  calls[0]?.onProgress?.({ bytes: 5, total: 5, file: { n: 1, bytes: 5, total: 5 } });
  await begun;
  expect(store.state()).toEqual({ phase: 'idle' });
});
