import type { Browser, BrowserContext, Page } from 'playwright-core';
import { consoleFiles } from '../../console/files.ts';
import { contentPolicyHeader } from '../../console/content-policy.ts';
import { startBrowser } from '../../scripts/console/chromium.ts';
import { type Service, startService, withPages } from './harness.ts';
import { seriousFaults } from './support/console/axe.ts';

let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let url: string;
/** What the browser's console had to say. */
let complaints: string[];
/** Every address that the page asked for. */
let asked: string[];

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
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

const answer = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, body: await response.text() };
};

it.each(['/console', '/console/'])('%s leads to the console, which takes a key and shows jobs', async (path) => {
  const { job_id } = await service.demo.complete('SELECT 1 AS one');
  await page.goto(`${url}${path}`);
  expect(page.url()).toBe(`${url}/console/index.html`);
  // The address is known: it is where the page comes from.
  expect(await page.getByLabel('Address of the API').inputValue()).toBe(url);
  await page.getByRole('textbox', { name: 'API key or token' }).fill(service.aws.apiKey);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: job_id }).click();
  await page.getByRole('heading', { level: 1, name: 'Job' }).waitFor();
  await page.locator('.cm-editor').waitFor();
  const foreign = asked.filter((each) => !each.startsWith(`${url}/`) && !each.startsWith('data:'));
  expect(foreign.filter((each) => new URL(each).origin !== new URL(service.aws.awsEndpointUrl).origin)).toEqual([]);
});

it.each(['light', 'dark'] as const)('has nothing that axe finds serious, in %s', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await page.goto(`${url}/console`);
  await page.getByRole('heading', { level: 1, name: 'Spectra Bulk' }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
});

it.each(consoleFiles)('console/%s comes with what keeps it safe, and once only', async (file) => {
  const first = await answer(`/console/${file}`);
  expect(first.status).toBe(200);
  expect(first.body.length).toBeGreaterThan(100);
  const headers = Object.fromEntries(first.headers);
  expect(headers).toMatchObject({
    'cache-control': 'no-cache',
    'content-security-policy': contentPolicyHeader,
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringMatching(/^max-age=\d+$/) as unknown,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  const again = await answer(`/console/${file}`, { headers: { 'if-none-match': headers.etag ?? 'none' } });
  expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', headers.etag]);
  const other = await answer(`/console/${file}`, { headers: { 'if-none-match': '"another"' } });
  expect(other.body).toBe(first.body);
});

it('is in no frame of another page', async () => {
  const refused = page.waitForEvent('console', (message) => message.type() === 'error');
  await page.setContent(`<iframe src="${url}/console/index.html"></iframe>`);
  expect((await refused).text()).toMatch(/frame-ancestors|X-Frame-Options/);
  complaints = [];
});

it('answers what is no page, and other methods, as the gateway does everywhere', async () => {
  for (const [path, method] of [
    ['/console/no-such-file.js', 'GET'],
    ['/console/index.html/more', 'GET'],
    ['/console/index.html', 'POST'],
    ['/console', 'DELETE'],
  ] as const) {
    const { status, headers, body } = await answer(path, { method });
    expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  }
  expect((await answer('/console/index.html', { method: 'HEAD' })).status).toBe(404);
});

it('is no call: the description of the API knows nothing of it', async () => {
  const { paths } = JSON.parse((await answer('/openapi.json')).body) as { paths: Record<string, unknown> };
  expect(Object.keys(paths).filter((path) => path.startsWith('/console'))).toEqual([]);
});
