import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { SpectraClient } from '../../client/node.ts';
import { type Service, startService } from './harness.ts';
import { interactions, watchInteractions } from './support/console/interactions.ts';
import { copyJob } from './support/console/many-jobs.ts';
import { seriousFaults } from './support/console/axe.ts';
import { startBrowser } from '../../scripts/console/chromium.ts';
import { serveConsole } from '../../scripts/console/serve.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
/** Runs for hours unless it is cancelled. */
const endless = `SELECT COUNT(*) AS n FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y)
  WHERE x + y = 3`;

let service: Service;
let site: Awaited<ReturnType<typeof serveConsole>>;
let browser: Browser;
let client: SpectraClient;
let context: BrowserContext;
let page: Page;
/** What the browser's console had to say: a refused script or a broken component says so there. */
let complaints: string[];

beforeAll(async () => {
  service = await startService({ load: { flights } });
  site = await serveConsole(service.workDir);
  browser = await startBrowser();
  client = new SpectraClient({ url: service.aws.apiUrl, apiKey: service.aws.apiKey });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await service.stop();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

async function signIn(place = '', key = service.aws.apiKey): Promise<void> {
  await page.goto(`${site.url}${place}`);
  await page.getByLabel('Address of the API').fill(service.aws.apiUrl);
  await page.getByRole('textbox', { name: 'API key or token' }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const heading = (name: string) => page.getByRole('heading', { level: 1, name });

it('lets nobody in with a wrong key, and keeps a right one in this tab alone until sign-out', async () => {
  await signIn('', 'wrong');
  await page.getByText('The service does not know this key').waitFor();
  await signIn();
  await heading('Jobs').waitFor();
  await page.reload();
  await heading('Jobs').waitFor();
  expect(page.url()).not.toContain(service.aws.apiKey);
  const elsewhere = 'JSON.stringify({ ...localStorage }) + document.cookie + document.body.innerHTML';
  expect(await page.evaluate<string>(elsewhere)).not.toContain(service.aws.apiKey);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading('Spectra Bulk').waitFor();
  expect(await page.evaluate<string>('JSON.stringify({ ...sessionStorage })')).not.toContain(service.aws.apiKey);
});

it('shows an export with its time, files and first rows, and the browser downloads just those bytes', async () => {
  const sql =
    'SELECT origin, COUNT(*) AS flights, CAST(NULL AS VARCHAR) AS nothing FROM flights GROUP BY origin ORDER BY 1';
  const job = await (await client.export(sql, { single_file: true })).wait();
  const parts: Uint8Array[] = [];
  for await (const file of job.files()) for await (const bytes of file.stream()) parts.push(bytes);
  await signIn();
  await page.getByRole('link', { name: job.id }).click();
  await heading('Job').waitFor();
  await page.getByRole('row', { name: /^Running/ }).waitFor();
  await page.getByRole('table', { name: 'First rows' }).getByText('ABE', { exact: true }).waitFor();
  await page.getByText('SELECT origin').first().waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: /^Download / }).click();
  const path = await (await downloading).path();
  expect(Buffer.compare(await readFile(path), Buffer.concat(parts))).toBe(0);
});

it('follows a job that runs without being reloaded, and cancels it with a reason that stays', async () => {
  const job = await client.export(endless);
  await signIn(`#/jobs/${job.id}`);
  await page.getByText('The warehouse works on the query').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByLabel('Reason').fill('not needed any more');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the job' }).click();
  await page.getByText('not needed any more').first().waitFor();
  await page.getByRole('button', { name: 'Retry' }).waitFor();
  expect(await client.job(job.id).refresh()).toMatchObject({ state: 'Aborted', reason: 'not needed any more' });
});

it('judges a query as it is written, exports it by keyboard and shows its rows', async () => {
  await signIn('#/new/export');
  const editor = page.getByRole('textbox', { name: 'Query' });
  await editor.fill('SELECT origin FROM flights; DELETE FROM flights');
  await page.getByText(/^Refused: /).waitFor();
  await page.getByText(/^Line 1, column \d+:/).waitFor();
  expect(await page.getByRole('button', { name: 'Export', exact: true }).isDisabled()).toBe(true);
  expect((await page.locator('.fault').textContent())?.length).toBeGreaterThan(0);
  await editor.fill("SELECT COUNT(*) AS n, 'by keyboard' AS how FROM flights");
  await page.getByText('It reads flights.').waitFor();
  await page.getByText('The statement that would run').click();
  await page.getByText(/^UNLOAD \(/).waitFor();
  await editor.focus();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('table', { name: 'First rows' }).getByText('by keyboard').waitFor();
  await page.getByRole('table', { name: 'First rows' }).getByText('3000000').waitFor();
});

it('marks the error of a query where it is', async () => {
  const job = await client.export('SELECT origin,\n  no_such_column\nFROM flights');
  await job.wait().catch(() => undefined);
  await signIn(`#/jobs/${job.id}`);
  expect(await page.locator('.fault').textContent()).toBe('no_such_column');
  await page.getByText(/^Line 2, column 3:/).waitFor();
});

it('says that a key has expired, and goes on where it was after the next sign-in', async () => {
  const job = await (await client.export('SELECT 1 AS one')).wait();
  await signIn(`#/jobs/${job.id}`);
  await heading('Job').waitFor();
  await page.route('**/bulk/jobs**', (route) => route.fulfill({ status: 401, body: '{"code":"UNAUTHORIZED"}' }));
  await page.goto(`${site.url}#/jobs`);
  await page.getByText('Signed out').waitFor();
  await page.unroute('**/bulk/jobs**');
  await page.getByRole('textbox', { name: 'API key or token' }).fill(service.aws.apiKey);
  await page.keyboard.press('Enter');
  await heading('Jobs').waitFor();
});

it('is used by keyboard: filters, rows, and back', async () => {
  const tag = 'by-keyboard';
  const job = await (await client.export('SELECT 1 AS one', { tag })).wait();
  await signIn(`#/jobs?tag=${tag}`);
  await page.getByRole('link', { name: job.id }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Failed');
  await page.getByText('No job is like that').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: job.id }).waitFor();
  await heading('Jobs').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await heading('Job').waitFor();
  await page.keyboard.press('h');
  await heading('Jobs').waitFor();
});

it.each(['light', 'dark'] as const)('has nothing that axe finds serious, in %s', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await page.goto(site.url);
  await heading('Spectra Bulk').waitFor();
  const found = await seriousFaults(page);
  const job = await client.export('SELECT no_such_column FROM flights');
  await job.wait().catch(() => undefined);
  await signIn();
  await page.getByRole('link', { name: job.id }).waitFor();
  found.push(...(await seriousFaults(page)));
  await page.getByRole('link', { name: job.id }).click();
  await page.locator('.cm-editor').waitFor();
  await page.getByRole('cell', { name: 'created', exact: true }).waitFor();
  found.push(...(await seriousFaults(page)));
  await page.goto(`${site.url}#/new/export`);
  await page.getByRole('textbox', { name: 'Query' }).fill('SELECT 1; SELECT 2');
  await page.getByText(/^Refused: /).waitFor();
  found.push(...(await seriousFaults(page)));
  expect(found).toEqual([]);
});

it('says of a job and of a page that are not there that they are not', async () => {
  await signIn('#/jobs/01JZZZZZZZZZZZZZZZZZZZZZZZ');
  await page.getByText('There is no such job').waitFor();
  await page.goto(`${site.url}#/nowhere`);
  await page.getByText('The console has nothing at /nowhere').waitFor();
});

it('turns pages of 10,000 jobs as it does those of 25: one call and 25 rows each, at once after the key', async () => {
  const many = await service.tenant('many');
  const key = many.headers.authorization?.replace('Bearer ', '') ?? '';
  const first = await new SpectraClient({ url: service.aws.apiUrl, apiKey: key }).export('SELECT 1 AS one');
  await first.wait();
  await copyJob(service, 'many', first.id, 10_000);
  await watchInteractions(page);
  await signIn('', key);
  const rows = page.locator('tbody tr');
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('cursor=')) calls.push(request.url());
  });
  for (let turned = 1; turned <= 8; turned += 1) {
    await page.getByText(`Page ${turned}`, { exact: true }).waitFor();
    await page.locator('button:enabled', { hasText: 'Older' }).waitFor();
    expect(await rows.count()).toBe(25);
    await page.keyboard.press('n');
  }
  expect(new Set(calls).size).toBe(8);
  await page.getByText('Page 9', { exact: true }).waitFor();
  await page.keyboard.press('p');
  await page.getByText('Page 8', { exact: true }).waitFor();
  await page.getByLabel('State').selectOption('Failed');
  await expectAll(rows, 'Failed');
  const taken = (await interactions(page)).toSorted((one, other) => one - other);
  expect(taken[Math.floor(taken.length / 2)] ?? 0).toBeLessThan(100);
});

/** Waits until there are rows and all of them say so. */
async function expectAll(rows: Locator, text: string): Promise<void> {
  await rows.filter({ hasNotText: text }).first().waitFor({ state: 'detached' });
  expect(await rows.count()).toBe(25);
}
