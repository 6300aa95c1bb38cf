import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { SpectraClient } from '../../client/node.ts';
import { consoleSuite, endless } from '../e2e/support/console/console-suite.ts';
import { bestOf, watchInteractions } from '../e2e/support/console/interactions.ts';
import { copyJob } from '../e2e/support/console/many-jobs.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const on = consoleSuite({ load: { flights } });
const { signIn, heading, visit } = on;

it('lets nobody in with a wrong key, and keeps a right one in this tab alone until sign-out', async () => {
  await signIn('', 'wrong');
  await on.page.getByText('The service does not know this key').waitFor();
  await signIn();
  await heading('Jobs').waitFor();
  await on.page.reload();
  await heading('Jobs').waitFor();
  expect(on.page.url()).not.toContain(on.service.aws.apiKey);
  const elsewhere = 'JSON.stringify({ ...localStorage }) + document.cookie + document.body.innerHTML';
  expect(await on.page.evaluate<string>(elsewhere)).not.toContain(on.service.aws.apiKey);
  await on.page.getByRole('button', { name: 'Sign out' }).click();
  await heading('Spectra Bulk').waitFor();
  expect(await on.page.evaluate<string>('JSON.stringify({ ...sessionStorage })')).not.toContain(on.service.aws.apiKey);
});

it('shows an export with its time, files and first rows, and the browser downloads just those bytes', async () => {
  const sql =
    'SELECT origin, COUNT(*) AS flights, CAST(NULL AS VARCHAR) AS nothing FROM flights GROUP BY origin ORDER BY 1';
  const job = await (await on.client.export(sql, { single_file: true })).wait();
  const parts: Uint8Array[] = [];
  for await (const file of job.files()) for await (const bytes of file.stream()) parts.push(bytes);
  await signIn();
  await on.page.getByRole('link', { name: job.id }).click();
  await heading('Job').waitFor();
  await on.page.getByRole('row', { name: /^Running/ }).waitFor();
  await on.page.getByRole('table', { name: 'First rows' }).getByText('ABE', { exact: true }).waitFor();
  await on.page.getByText('SELECT origin').first().waitFor();
  const downloading = on.page.waitForEvent('download');
  await on.page.getByRole('link', { name: /^Download / }).click();
  const path = await (await downloading).path();
  expect(Buffer.compare(await readFile(path), Buffer.concat(parts))).toBe(0);
});

it('follows a job that runs without being reloaded, and cancels it with a reason that stays', async () => {
  const job = await on.client.export(endless);
  await signIn(`#/jobs/${job.id}`);
  await on.page.getByText('The warehouse works on the query').waitFor();
  await on.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await on.page.getByLabel('Reason').fill('not needed any more');
  await on.page.getByRole('dialog').getByRole('button', { name: 'Cancel the job' }).click();
  await on.page.getByText('not needed any more').first().waitFor();
  await on.page.getByRole('button', { name: 'Retry' }).waitFor();
  expect(await on.client.job(job.id).refresh()).toMatchObject({ state: 'Aborted', reason: 'not needed any more' });
});

it('marks the error of a query where it is', async () => {
  const job = await on.client.export('SELECT origin,\n  no_such_column\nFROM flights');
  await job.wait().catch(() => undefined);
  await signIn(`#/jobs/${job.id}`);
  expect(await on.page.locator('.fault').textContent()).toBe('no_such_column');
  await on.page.getByText(/^Line 2, column 3:/).waitFor();
});

it('says that a key has expired, and goes on where it was after the next sign-in', async () => {
  const job = await (await on.client.export('SELECT 1 AS one')).wait();
  await signIn(`#/jobs/${job.id}`);
  await heading('Job').waitFor();
  await on.page.route('**/bulk/jobs**', (route) => route.fulfill({ status: 401, body: '{"code":"UNAUTHORIZED"}' }));
  await visit('#/jobs');
  await on.page.getByText('Signed out').waitFor();
  await on.page.unroute('**/bulk/jobs**');
  await on.page.getByRole('textbox', { name: 'API key or token' }).fill(on.service.aws.apiKey);
  await on.page.keyboard.press('Enter');
  await heading('Jobs').waitFor();
});

it('is used by keyboard: filters, rows, and back', async () => {
  const tag = 'by-keyboard';
  const job = await (await on.client.export('SELECT 1 AS one', { tag })).wait();
  await signIn(`#/jobs?tag=${tag}`);
  await on.page.getByRole('link', { name: job.id }).waitFor();
  await on.page.keyboard.press('/');
  await on.page.keyboard.press('f');
  await on.page.getByText('No job is like that').waitFor();
  await on.page.goBack();
  await on.page.getByRole('link', { name: job.id }).waitFor();
  await heading('Jobs').focus();
  await on.page.keyboard.press('j');
  await on.page.keyboard.press('Enter');
  await heading('Job').waitFor();
  await on.page.keyboard.press('h');
  await heading('Jobs').waitFor();
});

it('retries a job that failed, and deletes it only when asked twice', async () => {
  const job = await on.client.export('SELECT no_such_column FROM flights');
  await job.wait().catch(() => undefined);
  await signIn(`#/jobs/${job.id}`);
  await on.page.getByRole('button', { name: 'Retry' }).click();
  await on.page.getByRole('cell', { name: 'retried', exact: true }).waitFor();
  await on.page.getByRole('status').getByText('The job is: Failed').waitFor();
  expect((await on.client.job(job.id).refresh()).attempt).toBe(2);
  const remove = on.page.getByRole('button', { name: 'Delete', exact: true });
  await remove.click();
  await on.page.getByRole('button', { name: 'Keep it' }).click();
  await on.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await on.client.job(job.id).refresh()).state).toBe('Failed');
  await remove.click();
  await on.page.getByRole('dialog').getByRole('button', { name: 'Delete the job' }).click();
  await heading('Jobs').waitFor();
  await expect(on.client.job(job.id).refresh()).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  await on.page.getByRole('link', { name: job.id }).waitFor({ state: 'detached' });
});

it('says of a job and of a page that are not there that they are not', async () => {
  await signIn('#/jobs/01JZZZZZZZZZZZZZZZZZZZZZZZ');
  await on.page.getByText('There is no such job').waitFor();
  await visit('#/nowhere');
  await on.page.getByText('The console has nothing at /nowhere').waitFor();
});

describe('with 10,000 jobs', () => {
  const rows = () => on.page.locator('tbody tr');
  let key: string;
  beforeAll(async () => {
    const many = await on.service.tenant('many');
    key = many.headers.authorization?.replace('Bearer ', '') ?? '';
    const first = await new SpectraClient({ url: on.service.aws.apiUrl, apiKey: key }).export('SELECT 1 AS one');
    await first.wait();
    await copyJob(on.service, 'many', first.id, 10_000);
  });

  /** Waits for a page that is there, and not the one before it. */
  const shown = async (number: number): Promise<void> => {
    await on.page.getByText(`Page ${number}`, { exact: true }).waitFor();
    await on.page.locator('button:enabled', { hasText: 'Older' }).waitFor();
    expect(await rows().count()).toBe(25);
  };

  it('turns pages as it does those of 25: one call and 25 rows each', async () => {
    await signIn('', key);
    const calls: string[] = [];
    on.page.on('request', (request) => {
      if (request.url().includes('cursor=')) calls.push(request.url());
    });
    for (let turned = 1; turned <= 8; turned += 1) {
      await shown(turned);
      await on.page.keyboard.press('n');
    }
    await shown(9);
    expect(new Set(calls).size).toBe(8);
  });

  it('answers each kind of interaction within 100 ms', async () => {
    await watchInteractions(on.page);
    await signIn('', key);
    await shown(1);
    const state = on.page.getByLabel('State');
    const each = {
      older: await bestOf(on.page, async (run) => {
        await on.page.keyboard.press('n');
        await shown(run + 2);
      }),
      newer: await bestOf(on.page, async (run) => {
        await on.page.keyboard.press('p');
        await shown(5 - run);
      }),
      'next job': await bestOf(on.page, () => on.page.keyboard.press('j')),
      'a job and back': await bestOf(on.page, async () => {
        await rows().first().getByRole('link').click();
        await on.page.getByRole('heading', { name: 'Log' }).waitFor();
        await on.page.keyboard.press('h');
        await shown(1);
      }),
      'a filter': await bestOf(on.page, async () => {
        await state.focus();
        await on.page.keyboard.press('f');
        await expectAll(rows(), 'Failed');
        await on.page.keyboard.press('Home');
        await rows().filter({ hasNotText: 'Failed' }).first().waitFor();
      }),
      'typing into a filter': await bestOf(on.page, async () => {
        await on.page.getByLabel('Tag').pressSequentially('daily');
        await on.page.getByLabel('Tag').fill('');
      }),
      'the overview and back': await bestOf(on.page, async () => {
        await heading('Jobs').focus();
        await on.page.keyboard.press('o');
        await on.page.getByText(/^The newest 2,000 jobs/).waitFor();
        await on.page.keyboard.press('h');
        await shown(1);
      }),
    };
    expect(Object.entries(each).filter(([, ms]) => ms >= 100)).toEqual([]);
  }, 120_000);
});

/** Waits until there are rows and all of them say so. */
async function expectAll(rows: Locator, text: string): Promise<void> {
  await rows.filter({ hasNotText: text }).first().waitFor({ state: 'detached' });
  expect(await rows.count()).toBe(25);
}
