import { contentPolicy } from '../../../console/content-policy.ts';

it('lets no script run that the page has not brought itself', () => {
  const directives = new Map(contentPolicy.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]));
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('connect-src')).not.toContain('http:');
});
