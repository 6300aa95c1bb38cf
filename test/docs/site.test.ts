import { posix } from 'node:path';
import { builtSite } from '../../site/build-site.ts';
import { guides, siteFiles } from '../../site/pages.ts';
import { pages } from './documents.ts';

const site = builtSite();
const linksOf = (text: string) => [...text.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) => href);
const idsOf = (file: string) => new Set([...(site.get(file) ?? '').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));

it('every page of docs/ and docs/guides/ is served, and every one that is served is there', async () => {
  const written = (await pages()).map(({ path }) => path).filter((path) => /^docs\/(guides\/)?[^/]+\.md$/.test(path));
  expect(guides.map(({ source }) => source).toSorted()).toEqual(written);
});

it('is made of exactly the files that have a route', () => {
  expect([...site.keys()].toSorted()).toEqual([...siteFiles].toSorted());
});

describe.each(siteFiles.filter((file) => file.endsWith('.html')))('%s', (file) => {
  const text = site.get(file) ?? '';

  it('has the navigation over all pages, and says which one it is', () => {
    const navigation = /<nav[^]*<\/nav>/.exec(text)?.[0] ?? '';
    expect(linksOf(navigation)).toEqual(siteFiles.filter((each) => each.endsWith('.html')));
    expect(navigation).toContain(`<a href="${file}" aria-current="page">`);
    expect(/<h\d/.exec(text)?.[0]).toBe('<h1');
  });

  it('leads only to where there is something', () => {
    const own = linksOf(text).filter((href) => !/^(https?:|data:|mailto:|\.\.\/(console|openapi\.json)$)/.test(href));
    const broken = own.filter((href) => {
      const [path = '', anchor] = href.split('#');
      const target = path === '' ? file : posix.normalize(path);
      return !siteFiles.includes(target) || (anchor !== undefined && !idsOf(target).has(anchor));
    });
    expect(own.length).toBeGreaterThan(5);
    expect(broken).toEqual([]);
  });

  it('runs nothing and fetches nothing but its style', () => {
    expect(text).not.toMatch(/<script|<iframe|<img| on\w+=| style=/i);
    expect([...text.matchAll(/ src="/g)]).toEqual([]);
  });
});
