import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SpectraClient } from '../../client/node.ts';
import { startLocal } from '../../local/start.ts';
import { startBrowser } from './chromium.ts';
import { type Sample, sampleJobs } from './sample-jobs.ts';
import { serveConsole } from './serve.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';

interface Picture {
  name: string;
  place: string;
  /** Written into the editor. */
  query?: string;
  /** What is there once the page is complete. */
  until: string;
}

const picturesOf = (sample: Sample): Picture[] => [
  { name: 'jobs', place: '#/jobs', until: 'daily' },
  { name: 'jobs-empty', place: '#/jobs?tag=nothing-has-it', until: 'No job is like that' },
  { name: 'job-complete', place: `#/jobs/${sample.complete}`, until: 'ABE' },
  { name: 'job-failed', place: `#/jobs/${sample.failed}`, until: 'Line 2, column' },
  { name: 'job-running', place: `#/jobs/${sample.running}`, until: 'The warehouse works' },
  { name: 'job-rejected-rows', place: `#/jobs/${sample.load}`, until: 'INVALID_VALUE' },
  {
    name: 'new-export',
    place: '#/new/export',
    query: "SELECT origin,\n  pg_read_file('x') AS y\nFROM flights",
    until: 'Refused',
  },
  { name: 'job-not-there', place: '#/jobs/01JZZZZZZZZZZZZZZZZZZZZZZZ', until: 'There is no such job' },
];

async function take(page: Page, name: string, scheme: string): Promise<void> {
  // Parts that come late, such as the editor, move what is below them.
  await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined);
  await page.screenshot({
    path: join(folder, `console-${name}-${scheme}.png`),
    fullPage: true,
    animations: 'disabled',
  });
}

/** Takes a picture of each page and state of the console, light and dark, into docs/images. */
async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'spectra-pictures-'));
  await mkdir(folder, { recursive: true });
  const local = await startLocal({ load: { flights } });
  const site = await serveConsole(work);
  const browser = await startBrowser();
  try {
    const sample = await sampleJobs(new SpectraClient({ url: local.apiUrl, apiKey: local.apiKey }), local.redshift);
    for (const scheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: scheme });
      await page.goto(site.url);
      await page.getByLabel('Address of the API').fill(local.apiUrl);
      await take(page, 'sign-in', scheme);
      await page.getByRole('textbox', { name: 'API key or token' }).fill(local.apiKey);
      await page.keyboard.press('Enter');
      for (const { name, place, query, until } of picturesOf(sample)) {
        await page.goto(`${site.url}${place}`);
        if (query !== undefined) await page.getByRole('textbox', { name: 'Query' }).fill(query);
        await page.getByText(until).first().waitFor();
        await take(page, name, scheme);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await site.stop();
    await local.stop();
    await rm(work, { recursive: true, force: true });
  }
}

await main();
process.exit(0);
