import type { JobView } from '../../../../contract/jobs.ts';
import type { Row } from './row.ts';
import { query, type Stage } from './stage.ts';

const idsOf = (jobs: readonly JobView[]) => jobs.map(({ job_id }) => job_id);
const encoded = encodeURIComponent;

/** Makes so many jobs with a tag of their own. */
async function tagged({ client }: Stage, tag: string, count: number): Promise<JobView[]> {
  const jobs: JobView[] = [];
  for (let at = 0; at < count; at += 1) jobs.push(await client.create({ query, tag }));
  return jobs;
}

export const history: readonly Row[] = [
  {
    point: 6,
    promise: 'jobs are listed newest first',
    show: async (stage) => {
      const jobs = await tagged(stage, 'order', 3);
      expect(idsOf((await stage.client.list('?limit=3')).jobs)).toEqual(idsOf(jobs).toReversed());
    },
  },
  {
    point: 6,
    promise: 'a list of one state has its jobs and no others, each with its duration and its wait',
    show: async ({ client, complete, failed }) => {
      const done = await complete();
      await failed();
      const { jobs } = await client.list('?state=JobComplete&limit=10');
      expect(idsOf(jobs)).toEqual([done.job_id]);
      expect(jobs[0]).toMatchObject({ duration_seconds: done.duration_seconds, wait_seconds: done.wait_seconds });
      expect(jobs[0]?.duration_seconds).toBeGreaterThanOrEqual(0);
    },
  },
  {
    point: 6,
    promise: 'a list of one tag has its jobs and no others',
    show: async (stage) => {
      const [job] = await tagged(stage, 'mine', 1);
      expect(idsOf((await stage.client.list('?tag=mine')).jobs)).toEqual([job?.job_id]);
    },
  },
  {
    point: 6,
    promise: 'a list of one object has its jobs and no others',
    show: async ({ client }) => {
      const { job_id } = await client.create({ query, object: 'flights' });
      expect(idsOf((await client.list('?object=flights')).jobs)).toEqual([job_id]);
    },
  },
  {
    point: 6,
    promise: 'a list by operation shows the jobs of that one, and points to an operation that there is not',
    show: async ({ client }) => {
      expect((await client.list('?operation=query&limit=1')).jobs).toHaveLength(1);
      expect((await client.list('?operation=delete')).jobs).toEqual([]);
      const { body } = await client.problem('GET', '/bulk/jobs?operation=merge');
      expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['operation']);
    },
  },
  {
    point: 6,
    promise: 'a list by is_finished parts those that have ended from those that have not',
    show: async ({ client, complete }) => {
      const done = await complete();
      const open = await client.create({ query });
      const [ended, going] = [await client.list('?is_finished=true'), await client.list('?is_finished=false')];
      expect(idsOf(ended.jobs)).toContain(done.job_id);
      expect(idsOf(going.jobs)).toContain(open.job_id);
      expect(ended.jobs.every(({ is_finished }) => is_finished)).toBe(true);
      expect(going.jobs.some(({ is_finished }) => is_finished)).toBe(false);
    },
  },
  {
    point: 6,
    promise: 'a range of creation has its first moment and not its last',
    show: async (stage) => {
      const { client } = stage;
      const [early, late] = await tagged(stage, 'range', 2);
      const [from, to] = [encoded(early?.created_at ?? ''), encoded(late?.created_at ?? '')];
      expect(idsOf((await client.list(`?tag=range&created_after=${from}`)).jobs)).toContain(early?.job_id);
      expect(idsOf((await client.list(`?tag=range&created_before=${to}`)).jobs)).not.toContain(late?.job_id);
      expect((await client.problem('GET', '/bulk/jobs?created_after=yesterday')).body.errors?.[0]?.pointer).toBe(
        'created_after',
      );
    },
  },
  {
    point: 6,
    promise: 'pages neither skip nor repeat although jobs are made meanwhile, and the last one says so',
    show: async (stage) => {
      const jobs = await tagged(stage, 'pages', 4);
      const first = await stage.client.list('?tag=pages&limit=2');
      await tagged(stage, 'pages', 1);
      const rest = await stage.client.list(`?tag=pages&limit=10&cursor=${encoded(first.next_cursor ?? '')}`);
      expect(idsOf([...first.jobs, ...rest.jobs])).toEqual(idsOf(jobs).toReversed());
      expect(rest.next_cursor).toBeNull();
    },
  },
  {
    point: 6,
    promise: 'a page has 1 to 1000 jobs, and any other limit is a 400',
    show: async ({ client }) => {
      expect((await client.list('?limit=1')).jobs).toHaveLength(1);
      expect((await client.call('GET', '/bulk/jobs?limit=1000')).status).toBe(200);
      for (const limit of ['0', '1001', '-1', 'all'])
        expect((await client.problem('GET', `/bulk/jobs?limit=${limit}`)).body.errors?.[0]?.pointer).toBe('limit');
    },
  },
  {
    point: 6,
    promise: 'a cursor that is none, was cut short, or lies outside the range of the list is a 400',
    show: async (stage) => {
      await tagged(stage, 'cursor', 2);
      const { next_cursor } = await stage.client.list('?limit=1');
      const cursor = next_cursor ?? '';
      const other = `created_before=2020-01-01T00:00:00Z&cursor=${encoded(cursor)}`;
      for (const filter of [
        'cursor=nonsense',
        `cursor=${encoded(cursor.replace('jobs', 'logs'))}`,
        `cursor=${encoded(cursor.slice(0, -1))}`,
        other,
      ])
        expect((await stage.client.problem('GET', `/bulk/jobs?limit=1&${filter}`)).body).toMatchObject({
          status: 400,
          code: 'INVALID_CURSOR',
        });
    },
  },
];
