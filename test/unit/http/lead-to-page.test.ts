import { leadToPage } from '../../../lambdas/shared/http/lead-to-page.ts';

type Asked = Parameters<typeof leadToPage>[0];
const asked = (path: string, whole = `/v1${path}`) => ({ path, requestContext: { path: whole } }) as Asked;
const location = (event: Asked) => leadToPage(event)?.headers?.location;

it.each([
  ['a stage', '/console', '/v1/console', '/v1/console/index.html'],
  ['a stage, with a slash at the end', '/console/', '/v1/console/', '/v1/console/index.html'],
  ['a domain of its own', '/console', '/console', '/console/index.html'],
  ['a base path of a domain', '/console', '/bulk/api/console', '/bulk/api/console/index.html'],
])('leads to the page below %s', (_, path, whole, expected) => {
  expect(location(asked(path, whole))).toBe(expected);
});

it('leads to no other host, however many slashes are sent', () => {
  expect(location(asked('/console', '//console//'))).toBe('/console/index.html');
});

it('is not kept by anybody on the way: where the page lies is not for ever', () => {
  expect(leadToPage(asked('/console'))).toMatchObject({
    statusCode: 302,
    body: '',
    headers: { 'cache-control': 'no-store' },
  });
});

it.each(['/consoles', '/console/index.html', '/', '/health'])('leaves %s to others', (path) => {
  expect(leadToPage(asked(path))).toBeUndefined();
});
