import type { Phase } from '../../../../contract/progress.ts';
import type { Row } from './row.ts';
import { failing, query } from './stage.ts';

const statusesOf = (phases: readonly Phase[]) => phases.map(({ name, status }) => `${name} ${status}`);

export const progress: readonly Row[] = [
  {
    point: 2,
    promise: 'a job has four phases in one order, and waits before the first until it is started',
    show: async ({ client }) => {
      const { phase, phases, message } = (await client.create({ query })).progress;
      expect(phase).toBeNull();
      expect(message).not.toBe('');
      expect(statusesOf(phases)).toEqual([
        'queued pending',
        'executing pending',
        'exporting pending',
        'finalizing pending',
      ]);
    },
  },
  {
    point: 2,
    promise: 'a started job that waits for its place is in the phase queued',
    show: ({ client, whileWaiting }) =>
      whileWaiting(async () => {
        const { phase, phases } = (await client.start(query)).progress;
        expect(phase).toBe('queued');
        expect(phases[0]?.status).toBe('in_progress');
      }),
  },
  {
    point: 2,
    promise: 'a running job is executing, and tells how long it was queued',
    show: ({ whileRunning }) =>
      whileRunning(async ({ progress: { phase, phases } }) => {
        expect(phase).toBe('executing');
        expect(statusesOf(phases).slice(0, 2)).toEqual(['queued completed', 'executing in_progress']);
        expect(phases[0]?.duration_seconds).toBeGreaterThanOrEqual(0);
        await Promise.resolve();
      }),
  },
  {
    point: 2,
    promise: 'a complete job has completed every phase and is at 100 percent, with its files and bytes',
    show: async ({ complete }) => {
      const job = await complete();
      expect(job.progress).toMatchObject({ phase: null, percentage: 100, files: job.files, bytes: job.bytes });
      expect(job.progress.phases.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
      expect(job.progress.phases[0]?.duration_seconds).toBe(job.wait_seconds);
    },
  },
  {
    point: 2,
    promise: 'a failed job names the phase that it failed in, and claims no 100 percent',
    show: async ({ ends }) => {
      const { phases, percentage } = (await ends(failing, 'Failed')).progress;
      expect(phases.map(({ status }) => status)).toContain('failed');
      expect(percentage).not.toBe(100);
    },
  },
  {
    point: 2,
    promise: 'files and bytes of a running job are told to who asks for progress, and to nobody else',
    show: ({ client, whileRunning, path }) =>
      whileRunning(async (job) => {
        expect(job.progress).not.toHaveProperty('files');
        const asked = await client.call('GET', `${path(job)}?include=progress`);
        expect(asked.body.progress).toMatchObject({ phase: 'executing', files: 0, bytes: 0 });
      }),
  },
  {
    point: 2,
    promise: 'the first run of a query has no percentage and no estimate: none is made up',
    show: ({ client, whileRunning, path }) =>
      whileRunning(async (job) => {
        const { body } = await client.call('GET', `${path(job)}?include=progress`);
        expect(body.progress).not.toHaveProperty('percentage');
        expect(body.progress).not.toHaveProperty('estimated_completion');
      }, 'SELECT 1 AS held_for_the_first_time'),
  },
  {
    point: 2,
    promise: 'a later run of it has both, by what the first one took; the percentage never falls and stays below 100',
    show: async ({ client, whileRunning, path }) => {
      const sql = 'SELECT 1 AS held_and_known';
      await client.complete(sql);
      await whileRunning(async (job) => {
        const seen: number[] = [];
        for (let asked = 0; asked < 4; asked += 1) {
          const { body } = await client.call('GET', `${path(job)}?include=progress`);
          seen.push(body.progress.percentage ?? Number.NaN);
          expect(body.progress.total).toBeGreaterThan(0);
        }
        expect(seen).toEqual(seen.toSorted((left, right) => left - right));
        expect(seen.every((each) => each >= 0 && each < 100)).toBe(true);
      }, sql);
    },
  },
  {
    point: 2,
    promise: 'the estimated end is a time to come, as long as the earlier run took longer than this one so far',
    show: async ({ client, whileRunning, alter, path }) => {
      const sql = 'SELECT 1 AS held_and_estimated';
      await client.complete(sql);
      await whileRunning(async (job) => {
        await alter(job.job_id, { started_at: { S: new Date(Date.now() + 30_000).toISOString() } });
        const { body } = await client.call('GET', `${path(job)}?include=progress`);
        expect(Date.parse(body.progress.estimated_completion ?? '')).toBeGreaterThan(Date.now());
      }, sql);
    },
  },
  {
    point: 2,
    promise: 'progress goes on although the record stays the same: who asks for it gets no 304',
    show: ({ client, whileRunning, path }) =>
      whileRunning(async (job) => {
        const headers = { 'if-none-match': (await client.call('GET', path(job))).headers.get('etag') ?? '' };
        expect((await client.call('GET', path(job), { headers })).status).toBe(304);
        expect((await client.call('GET', `${path(job)}?include=progress`, { headers })).status).toBe(200);
      }),
  },
];
