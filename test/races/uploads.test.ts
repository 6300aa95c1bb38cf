import { CreateJobBody } from '../../contract/jobs.ts';
import { snapshotOf } from '../../core/jobs/snapshot.ts';
import { applyEvent } from '../../core/jobs/apply-event.ts';
import type { Job } from '../../core/jobs/job.ts';
import { uploadKey } from '../../core/load/upload-keys.ts';
import type { Uploads } from '../../core/load/ports.ts';
import { abortJob, startJob } from '../../core/use-cases/change-job.ts';
import { createJob } from '../../core/use-cases/create-job.ts';
import { deleteUpload } from '../../core/use-cases/read-uploads.ts';
import { completeUpload, storeBatch } from '../../core/use-cases/store-upload.ts';
import { uploadUrl } from '../../core/use-cases/upload-url.ts';
import { makeWorld, tenant } from './world.ts';

const acme = tenant('acme');
const text = (body: string) => Buffer.from(body);
const signed = (key: string) =>
  Promise.resolve({ url: `https://bucket.example/${key}`, expires_at: '2026-11-22T11:00:00.000Z', headers: {} });
const signer = { file: signed, part: ({ key }: { key: string }) => signed(key) };

async function openLoad() {
  const world = makeWorld();
  const deps = { ...world.deps, signer, maxUploadMb: 5120 };
  const body = CreateJobBody.parse({ operation: 'insert', object: 'public.flights' });
  const { job } = await createJob(deps, { tenant_id: acme, by: 'key', body });
  return { world, deps, job };
}

/** The port, with something that happens before the call of one of its methods. */
function before(uploads: Uploads, method: keyof Uploads, happen: () => Promise<unknown>): Uploads {
  return new Proxy(uploads, {
    get: (target, name) => {
      const real = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name !== method) return real.bind(target);
      return async (...args: unknown[]) => {
        await happen();
        return Reflect.apply(real, target, args);
      };
    },
  });
}

const pinnedBy = (world: ReturnType<typeof makeWorld>, job: Job) => {
  const request = world.tables.requests.get(`${job.tenant_id}/${job.job_id}`);
  return request?.operation === 'query' ? undefined : request?.uploads;
};

it('a load that is cancelled while it is being closed ends cancelled, and pins nothing', async () => {
  const { world, deps, job } = await openLoad();
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  const uploads = before(deps.uploads, 'files', () => abortJob(deps, job, 'key'));
  await expect(startJob({ ...deps, uploads }, job)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  expect(world.job(job).state).toBe('Aborted');
  expect(pinnedBy(world, job)).toBeUndefined();
});

it('of two that close at once with different files one counts, and both are told which', async () => {
  const { world, deps, job } = await openLoad();
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  let once = false;
  const later = before(deps.uploads, 'files', async () => {
    if (once) return;
    once = true;
    await startJob(deps, job);
    await deps.uploads.put(uploadKey(job, 2), text('too late'));
  });
  const second = await startJob({ ...deps, uploads: later }, job);
  expect(second.uploads).toEqual({ files: 1, bytes: 1 });
  expect(pinnedBy(world, job)?.map(({ file }) => file)).toEqual([1]);
});

it('a load that was closed before its answer was lost is closed by the repeat without looking again', async () => {
  const { deps, job } = await openLoad();
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  const first = await startJob(deps, job);
  const uploads = before(deps.uploads, 'files', () => Promise.reject(new Error('S3 is away')));
  expect(await startJob({ ...deps, uploads }, job)).toEqual(first);
});

it('a load of which a file is being sent in parts is not closed without it', async () => {
  const { deps, job } = await openLoad();
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  await uploadUrl(deps, { key: job, file: 2, bytes: 3, parts: 1 });
  await expect(startJob(deps, job)).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
    message: 'Not complete: file 2.',
  });
  await deleteUpload(deps, job, 2);
  expect((await startJob(deps, job)).uploads).toEqual({ files: 1, bytes: 1 });
});

it('a load that is closed before an upload in parts begins gets no such upload', async () => {
  const { deps, job } = await openLoad();
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  const jobs = new Proxy(deps.jobs, {
    get: (target, name) => {
      const real = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name !== 'write') return real.bind(target);
      return async (...args: unknown[]) => {
        await startJob(deps, job);
        return Reflect.apply(real, target, args);
      };
    },
  });
  const begun = uploadUrl({ ...deps, jobs }, { key: job, file: 2, bytes: 3, parts: 1 });
  await expect(begun).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  expect(await deps.uploads.inParts('uploads/')).toEqual([]);
});

it('two that begin the same upload in parts at the same moment go on with one', async () => {
  const { deps, job } = await openLoad();
  const ask = { key: job, file: 1, bytes: 3, parts: 1 };
  let other: Awaited<ReturnType<typeof uploadUrl>> | undefined;
  const uploads = before(deps.uploads, 'begin', async () => {
    other = await uploadUrl(deps, ask);
  });
  const mine = await uploadUrl({ ...deps, uploads }, ask);
  expect(mine.upload_id).toBe(other?.upload_id);
});

it('completing whose answer was lost is answered by the repeat, and another file in its place is not', async () => {
  const { deps, job } = await openLoad();
  const ask = { key: job, file: 1, bytes: 3, parts: 1 };
  const { upload_id } = await uploadUrl(deps, ask);
  deps.uploads.putPart({ key: uploadKey(job, 1), upload_id: upload_id ?? '' }, 1, text('abc'));
  const lost = before(deps.uploads, 'complete', () => completeUpload(deps, ask));
  const repeat = await completeUpload({ ...deps, uploads: lost }, ask);
  expect(repeat).toEqual(await completeUpload(deps, ask));
  await expect(completeUpload(deps, { ...ask, bytes: 4 })).rejects.toMatchObject({ code: 'UPLOAD_EXISTS' });
});

it('a file that is sent in one while it is being completed in parts stays: what came first counts', async () => {
  const { deps, job } = await openLoad();
  const ask = { key: job, file: 1, bytes: 3, parts: 1 };
  const { upload_id } = await uploadUrl(deps, ask);
  deps.uploads.putPart({ key: uploadKey(job, 1), upload_id: upload_id ?? '' }, 1, text('abc'));
  const uploads = before(deps.uploads, 'complete', () => deps.uploads.put(uploadKey(job, 1), text('other')));
  await expect(completeUpload({ ...deps, uploads }, ask)).rejects.toMatchObject({ code: 'UPLOAD_EXISTS' });
  expect((await startJob(deps, job)).uploads).toEqual({ files: 1, bytes: 5 });
});

it('noting that there are uploads in parts twice changes nothing that closing rests on', async () => {
  const { world, deps, job } = await openLoad();
  for (const _time of [1, 2]) await applyEvent(deps, snapshotOf(world.job(job)), { type: 'in_parts' });
  await storeBatch(deps, { key: job, file: 1, body: text('a') });
  expect((await startJob(deps, job)).state).toBe('UploadComplete');
});
