import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SpectraClient, SpectraError } from '../../client/node.ts';
import { startBrowser } from '../../scripts/console/chromium.ts';
import { sitePolicy } from '../../site/content-policy.ts';
import { siteFiles } from '../../site/pages.ts';
import { type Service, startService, withPages } from '../e2e/harness.ts';
import { seriousFaults } from '../e2e/support/console/axe.ts';

let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let url: string;
/** What the browser's console had to say. */
let complaints: string[];
/** Every address that a page asked for. */
let asked: string[];

const pagesOfSite = siteFiles.filter((file) => file.endsWith('.html'));

beforeAll(async () => {
  service = await startService({ settings: withPages });
  url = service.aws.apiUrl;
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  [complaints, asked] = [[], []];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => asked.push(request.url()));
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
  expect(asked.filter((each) => !each.startsWith(`${url}/`) && each !== 'data:,')).toEqual([]);
});

interface OpenApi {
  paths: Record<string, Record<string, { operationId: string; summary: string }>>;
  components: { schemas: Record<string, unknown> };
}

it('/docs leads to a place for every call that /openapi.json has, and every schema', async () => {
  const openApi = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  await page.goto(`${url}/docs`);
  expect(page.url()).toBe(`${url}/docs/index.html`);
  const headings = await page.getByRole('heading', { level: 3 }).allTextContents();
  const calls = Object.values(openApi.paths).flatMap((methods) => Object.values(methods));
  expect(headings.toSorted()).toEqual(
    [...calls.map(({ summary }) => summary), ...Object.keys(openApi.components.schemas)].toSorted(),
  );
  for (const [path, methods] of Object.entries(openApi.paths))
    for (const [method, { summary }] of Object.entries(methods))
      expect(await page.getByRole('region', { name: summary, exact: true }).locator('.address').innerText()).toBe(
        `${method.toUpperCase()} ${path}`,
      );
});

/** One style sheet has the colours of all: these have everything that it knows. */
const various = ['index.html', 'errors.html', 'quickstart.html'];

it.each([
  ['light', pagesOfSite],
  ['dark', various],
] as const)('axe finds nothing serious, in %s', async (colorScheme, files) => {
  await page.emulateMedia({ colorScheme });
  for (const file of files) {
    await page.goto(`${url}/docs/${file}`);
    expect([file, await seriousFaults(page)]).toEqual([file, []]);
  }
});

it('is read by keyboard: the contents are one key away, and examples open', async () => {
  await page.goto(`${url}/docs/index.html`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate<string>('document.activeElement.id')).toBe('content');
  const region = page.getByRole('region', { name: 'Create a job', exact: true });
  const example = region.getByText('Example').first();
  await example.focus();
  await page.keyboard.press('Enter');
  await region.getByText('"operation": "query"').first().waitFor();
});

it('goes from page to page, from a problem to its place, and to the console', async () => {
  await page.goto(`${url}/docs/index.html`);
  await page.getByRole('navigation').getByRole('link', { name: 'The SDK' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(page.url()).toBe(`${url}/docs/sdk.html`);
  await page.goBack();
  await page
    .getByRole('region', { name: 'Create a job', exact: true })
    .getByRole('link', { name: 'QUERY_REFUSED' })
    .click();
  expect(page.url()).toBe(`${url}/docs/errors.html#answers-QUERY_REFUSED`);
  await page.getByRole('link', { name: 'Console' }).click();
  await page.getByLabel('Address of the API').waitFor();
  expect(page.url()).toBe(`${url}/console/index.html`);
});

it('explains the errors of the SDK where they say that it does', async () => {
  const client = new SpectraClient({ url, apiKey: service.aws.apiKey });
  const refused: unknown = await client.export('DROP TABLE x').catch((error: unknown) => error);
  const job = await client.export('SELECT no_such_column FROM (SELECT 1 AS one) AS t');
  const failed: unknown = await job.wait().catch((error: unknown) => error);
  for (const error of [refused, failed]) {
    if (!(error instanceof SpectraError)) throw new Error('It was to fail');
    await page.goto(error.docs);
    expect(await page.locator('tr:target').innerText()).toContain(error.code);
  }
});

it.each([
  [390, pagesOfSite],
  [768, various],
  [1280, various],
] as const)('fits into %s pixels: what is wider scrolls by itself', async (width, files) => {
  await page.setViewportSize({ width, height: 800 });
  for (const file of files) {
    await page.goto(`${url}/docs/${file}`);
    const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect([file, over]).toEqual([file, 0]);
  }
});

it('every file comes with a policy that lets nothing run, and once only', async () => {
  expect(sitePolicy).not.toContain('script-src');
  for (const file of siteFiles) {
    const first = await fetch(`${url}/docs/${file}`);
    await first.text();
    expect([file, first.status, first.headers.get('content-security-policy')]).toEqual([file, 200, sitePolicy]);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${url}/docs/${file}`, { headers: { 'if-none-match': etag } });
    expect([file, again.status, await again.text()]).toEqual([file, 304, '']);
  }
});
