import { clientOf, json } from '../fake-api.ts';

it('gives one page and its cursor to who turns pages, and asks for no other by itself', async () => {
  const { client, asked } = clientOf([json({ jobs: [{ job_id: 'J' }], next_cursor: 'c2' })]);
  const page = await client.jobs.page({
    state: 'Failed',
    created_after: new Date('2026-01-01T00:00:00Z'),
    limit: 25,
    cursor: 'c1',
  });
  expect(page).toEqual({ jobs: [{ job_id: 'J' }], next_cursor: 'c2' });
  expect(asked.map(({ path }) => path)).toEqual([
    '/bulk/jobs?state=Failed&limit=25&cursor=c1&created_after=2026-01-01T00%3A00%3A00.000Z',
  ]);
});

it('reads a job without its query unless that is asked for', async () => {
  const { client, asked } = clientOf([json({ job_id: 'J' }), json({ job_id: 'J', query: 'SELECT 1' })]);
  const job = client.job('J');
  await job.refresh();
  await job.refresh({ include: ['query', 'progress'] });
  expect(asked.map(({ path }) => path)).toEqual(['/bulk/jobs/J', '/bulk/jobs/J?include=query%2Cprogress']);
  expect(job.record?.query).toBe('SELECT 1');
});
