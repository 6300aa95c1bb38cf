import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SpectraClient } from '../../client/node.ts';
import { startLocal } from '../../local/start.ts';
import { startBrowser } from './chromium.ts';
import { people, type Sample, sampleJobs } from './sample-jobs.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';

interface Picture {
  name: string;
  place: string;
  /** What is done before the picture is taken. */
  act?: (page: Page) => Promise<unknown>;
  /** What is there once the page is complete. */
  until: string;
  /** As a phone shows it. */
  phone?: boolean;
  /** What the window shows, and not the page to its end. */
  window?: boolean;
}

const write = (query: string) => (page: Page) => page.getByRole('textbox', { name: 'Query' }).fill(query);

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });

async function mapColumns(page: Page): Promise<void> {
  await choose(page, 'people.csv', Buffer.from(people));
  await page.getByRole('textbox', { name: 'Table' }).fill('demo.people');
  await page.getByLabel('Operation').selectOption('upsert');
  await page.getByRole('combobox', { name: 'Key columns' }).fill('id');
  await page.keyboard.press('Enter');
  await page.getByLabel('Transform of name').fill('initcap(trim(name))');
}

async function mapWrongly(page: Page): Promise<void> {
  await mapColumns(page);
  await page.getByLabel('Transform of name').fill('max(name)');
  await page.getByRole('textbox', { name: 'Table' }).fill('people');
}

/** Some parts come, the others never do. */
async function sendPartly(page: Page): Promise<void> {
  await page.route(/partNumber=[3-9]/, () => undefined);
  await choose(page, 'people-of-all-years.csv', Buffer.from(`${people}${'7,Emmy,1882-03-23\n'.repeat(2_000_000)}`));
  await page.getByRole('textbox', { name: 'Table' }).fill('demo.people');
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.getByText(/^1\d\.\d MB of/).waitFor();
}

const picturesOf = (sample: Sample): Picture[] => [
  { name: 'jobs', place: '#/jobs', until: 'reports' },
  { name: 'jobs-empty', place: '#/jobs?tag=nothing-has-it', until: 'No job is like that' },
  { name: 'jobs-phone', place: '#/jobs', until: 'reports', phone: true },
  { name: 'overview', place: '#/overview', until: 'As a table' },
  { name: 'overview-phone', place: '#/overview', until: 'As a table', phone: true },
  { name: 'job-complete', place: `#/jobs/${sample.complete}`, until: 'ABE' },
  { name: 'job-phone', place: `#/jobs/${sample.complete}`, until: 'ABE', phone: true },
  { name: 'job-failed', place: `#/jobs/${sample.failed}`, until: 'Line 2, column' },
  { name: 'job-running', place: `#/jobs/${sample.running}`, until: 'The warehouse works' },
  { name: 'job-cancelled', place: `#/jobs/${sample.cancelled}`, until: 'asked for by mistake' },
  {
    name: 'job-delete',
    place: `#/jobs/${sample.failed}`,
    act: (page) => page.getByRole('button', { name: 'Delete' }).click(),
    until: 'That can’t be undone',
    window: true,
  },
  { name: 'job-rejected-rows', place: `#/jobs/${sample.load}`, until: 'Rows that were applied' },
  { name: 'job-expired', place: `#/jobs/${sample.expired}`, until: 'They were kept until' },
  { name: 'job-not-there', place: '#/jobs/01JZZZZZZZZZZZZZZZZZZZZZZZ', until: 'There is no such job' },
  {
    name: 'new-export',
    place: '#/new/export',
    act: write("SELECT origin, COUNT(*) AS flights\nFROM flights\nWHERE date >= '2001-06-01'\nGROUP BY origin"),
    until: 'It reads flights.',
  },
  {
    name: 'new-export-refused',
    place: '#/new/export',
    act: write("SELECT origin,\n  pg_read_file('x') AS y\nFROM flights"),
    until: 'Refused',
  },
  { name: 'new-load-empty', place: '#/new/load', until: 'Choose a file.' },
  { name: 'new-load', place: '#/new/load', act: mapColumns, until: 'Whether the table takes it' },
  { name: 'new-load-phone', place: '#/new/load', act: mapColumns, until: 'Whether the table takes it', phone: true },
  { name: 'new-load-refused', place: '#/new/load', act: mapWrongly, until: 'is not schema.table' },
  { name: 'new-load-resume', place: `#/new/load?resume=${sample.open}`, until: 'waits for the file' },
  { name: 'new-load-sending', place: '#/new/load', act: sendPartly, until: 'left' },
  {
    name: 'new-load-stopped',
    place: '#/new/load',
    act: (page) => page.getByRole('button', { name: 'Stop' }).click(),
    until: 'Go on, and only what is missing',
  },
  {
    name: 'offline',
    place: '#/jobs',
    act: (page) => page.context().setOffline(true),
    until: 'There is no network',
  },
];

/** Names of pictures that are wanted; all unless some are given. */
const wanted = process.argv.slice(2);

async function take(page: Page, name: string, scheme: string, fullPage = true): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  // Parts that come late, such as the editor, move what is below them.
  await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined);
  await page.screenshot({
    path: join(folder, `console-${name}-${scheme}.png`),
    fullPage,
    animations: 'disabled',
  });
}

const desk = { width: 1280, height: 800 };
const phoneSize = { width: 390, height: 844 };

async function takeAll(page: Page, url: string, key: string, pictures: readonly Picture[]): Promise<void> {
  const scheme = (await page.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches"))
    ? 'dark'
    : 'light';
  await page.goto(url);
  await page.getByLabel('Address of the API').waitFor();
  await take(page, 'sign-in', scheme);
  await page.getByRole('textbox', { name: 'API key or token' }).fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  for (const { name, place, act, until, phone, window } of pictures) {
    // Another place in between, so that a page begins anew.
    await page.goto(`${url}#/nowhere`);
    await page.setViewportSize(phone === true ? phoneSize : desk);
    await page.goto(`${url}${place}`);
    await act?.(page);
    await page.getByText(until).first().waitFor();
    await take(page, name, scheme, window !== true);
  }
}

/** Takes a picture of each page and state of the console, or of those that are named, light and dark, into docs/images. */
async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const local = await startLocal({ load: { flights } });
  const browser = await startBrowser();
  try {
    const sample = await sampleJobs(new SpectraClient({ url: local.apiUrl, apiKey: local.apiKey }), local);
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: desk, colorScheme, reducedMotion: 'reduce' });
      await takeAll(await context.newPage(), `${local.apiUrl}/console/index.html`, local.apiKey, picturesOf(sample));
      await context.close();
    }
  } finally {
    await browser.close();
    await local.stop();
  }
}

await main();
process.exit(0);
