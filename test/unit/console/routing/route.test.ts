import { hashOf, parseRoute, type Route } from '../../../../console/routing/route.ts';

it.each<Route>([
  { page: 'jobs', filters: {} },
  { page: 'jobs', filters: { state: 'Failed', tag: 'a&b=c ü' }, cursor: 'jobs.01J.seal' },
  { page: 'jobs', filters: { operation: 'upsert', object: 'sales.x', created_after: '2026-01-01T00:00:00.000Z' } },
  { page: 'job', id: '01JABC' },
  { page: 'new-export' },
  { page: 'new-export', like: '01JABC' },
  { page: 'new-load' },
  { page: 'new-load', resume: '01J&x', like: '01JABC' },
  { page: 'overview', period: 'day' },
  { page: 'overview', period: 'week' },
  { page: 'job', id: 'a/b?c#d' },
])('finds the way back to %o from its address', (route) => {
  expect(parseRoute(hashOf(route))).toEqual(route);
});

it('shows the list where the address says nothing', () => {
  for (const hash of ['', '#', '#/', '#/jobs']) expect(parseRoute(hash)).toEqual({ page: 'jobs', filters: {} });
});

it('leaves out of an address what the service would refuse', () => {
  expect(parseRoute('#/jobs?state=Done&operation=drop&created_after=yesterday&tag=%20&limit=9')).toEqual({
    page: 'jobs',
    filters: {},
  });
});

it('says of an address that it knows nothing there, even of one that can not be decoded', () => {
  for (const hash of ['#/keys', '#/jobs/a/b', '#/new', '#/new/export/x', '#/overview/x', '#/jobs/%E0%A4%A'])
    expect(parseRoute(hash)).toMatchObject({ page: 'unknown' });
});
