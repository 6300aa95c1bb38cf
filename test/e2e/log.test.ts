import type { JobLog } from '../../contract/logs.ts';
import { type Service, startService } from './harness.ts';

let service: Service;
let demo: Service['demo'];

beforeAll(async () => {
  service = await startService();
  demo = service.demo;
});
afterAll(() => service.stop());

const logOf = async (id: string, query = '') => (await demo.call<JobLog>('GET', `/bulk/jobs/${id}/logs${query}`)).body;

it('a plain export tells who did what and when, page by page', async () => {
  const { job_id } = await demo.complete('SELECT 1 AS one');
  const { links, created_at, completed_at } = await demo.read(job_id);
  expect(links.logs).toBe(`/v1/bulk/jobs/${job_id}/logs`);
  const { entries } = await logOf(job_id);
  expect(entries.map(({ event, from, to }) => [event, from, to])).toEqual([
    ['created', null, 'Open'],
    ['started', 'Open', 'UploadComplete'],
    ['admitted', 'UploadComplete', 'InProgress'],
    ['submitted', 'InProgress', 'InProgress'],
    ['completed', 'InProgress', 'JobComplete'],
  ]);
  expect(entries.map(({ by }) => by)).toEqual([
    expect.stringMatching(/^[0-9A-Za-z]{12}$/),
    entries[0]?.by,
    'start-jobs',
    'start-jobs',
    'finish-jobs',
  ]);
  expect([entries[0]?.at, entries.at(-1)?.at]).toEqual([created_at, completed_at]);
  const first = await logOf(job_id, '?limit=2');
  const rest = await logOf(job_id, `?limit=3&cursor=${first.next_cursor ?? ''}`);
  expect([...first.entries, ...rest.entries]).toEqual(entries);
  expect(rest.next_cursor).toBeNull();
  expect((await demo.problem('GET', `/bulk/jobs/${job_id}/logs?cursor=nonsense`)).body.code).toBe('INVALID_CURSOR');
});

it('a cancellation and a failure say why, and a run that follows goes on in the same log', async () => {
  const { job_id } = await demo.create({ query: 'SELECT nope FROM nowhere' });
  await demo.patch(job_id, { state: 'Aborted', reason: 'too soon' });
  await demo.call('POST', `/bulk/jobs/${job_id}/retry`);
  await demo.inState(job_id, 'Failed');
  const { entries } = await logOf(job_id);
  expect(entries.map(({ attempt, event }) => `${attempt} ${event}`)).toEqual([
    '1 created',
    '1 aborted',
    '2 retried',
    '2 admitted',
    '2 submitted',
    '2 failed',
  ]);
  expect(entries[1]?.reason).toBe('too soon');
  expect(entries.at(-1)).toMatchObject({ reason: expect.stringContaining('nowhere') as unknown });
});

it('another tenant can not read it', async () => {
  const { job_id } = await demo.create({ query: 'SELECT 1 AS one' });
  const stranger = await service.tenant('stranger');
  expect((await stranger.problem('GET', `/bulk/jobs/${job_id}/logs`)).body.code).toBe('JOB_NOT_FOUND');
});
