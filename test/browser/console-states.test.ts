import { readFile } from 'node:fs/promises';
import type { SpectraClient } from '../../client/node.ts';
import { ageJob } from '../../scripts/console/age-job.ts';
import { until } from '../e2e/harness.ts';
import { seriousFaults } from '../e2e/support/console/axe.ts';
import { consoleSuite, endless } from '../e2e/support/console/console-suite.ts';

/** Links to files last shorter than anybody takes to press them. */
const on = consoleSuite({ settings: { SPECTRA_PRESIGNED_URL_EXPIRY: '4' } });
const { signIn, heading, visit } = on;

const people = 'id,name\n1,Ada\ntwo,Grace\n';

beforeAll(async () => {
  await on.service.warehouse.run('CREATE SCHEMA IF NOT EXISTS demo');
  await on.service.warehouse.run('CREATE TABLE demo.people (id INTEGER NOT NULL, name VARCHAR(20))');
});

const ended = async (client: SpectraClient, query: string) => {
  const job = await client.export(query);
  await job.wait().catch(() => undefined);
  return job.id;
};

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('has nothing that axe finds serious, and fits a phone, on every page', async () => {
    await on.page.emulateMedia({ colorScheme });
    const faults: string[] = [];
    const check = async (where: string) => {
      faults.push(...(await seriousFaults(on.page)).map((fault) => `${where}: ${fault}`));
      await on.page.setViewportSize({ width: 390, height: 844 });
      const beyond = await on.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (beyond > 0) faults.push(`${where}: ${beyond} px beyond a phone`);
      await on.page.setViewportSize({ width: 1280, height: 900 });
    };
    const complete = await ended(on.client, 'SELECT 1 AS one');
    const failed = await ended(on.client, 'SELECT no_such_column');
    const load = await on.client.load('demo.people', new TextEncoder().encode(people), { content_type: 'CSV' });
    await load.wait();
    await visit('');
    await heading('Spectra Bulk').waitFor();
    await check('sign-in');
    await signIn();
    await on.page.getByRole('link', { name: failed }).waitFor();
    await check('jobs');
    await on.page.keyboard.press('Shift+?');
    await on.page.getByRole('dialog').waitFor();
    await check('help');
    await on.page.keyboard.press('Escape');
    await visit(`#/jobs/${complete}`);
    await on.page.getByRole('table', { name: 'First rows' }).waitFor();
    await on.page.getByRole('cell', { name: 'created', exact: true }).waitFor();
    await check('complete job');
    await on.page.getByRole('button', { name: 'Delete' }).click();
    await on.page.getByRole('dialog').waitFor();
    await check('delete dialog');
    await on.page.keyboard.press('Escape');
    await visit(`#/jobs/${failed}`);
    await on.page.locator('.cm-editor').waitFor();
    await check('failed job');
    await visit(`#/jobs/${load.id}`);
    await on.page.getByRole('table', { name: 'Rejected rows by reason' }).waitFor();
    await on.page.getByRole('button', { name: 'Download failed-results.csv' }).waitFor();
    await check('load');
    await visit('#/new/export');
    await on.page.getByRole('textbox', { name: 'Query' }).fill('SELECT 1; SELECT 2');
    await on.page.getByText(/^Refused: /).waitFor();
    await check('new export');
    await visit('#/new/load');
    await heading('New load').waitFor();
    await check('new load');
    const buffer = Buffer.from(people);
    await on.page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
    await on.page.getByLabel('Operation').selectOption('upsert');
    await on.page.getByLabel('Transform of name').fill('count(*)');
    await on.page.getByRole('textbox', { name: 'Table' }).fill('people');
    await on.page.getByText('is not schema.table').waitFor();
    await on.page.getByText(/works on many rows/).waitFor();
    await check('new load with a file');
    await visit('#/overview');
    await on.page.getByText('As a table').click();
    await on.page.getByRole('table', { name: /^Throughput/ }).waitFor();
    await check('overview');
    expect(faults).toEqual([]);
  });
});

it('says of an expired job that it has expired, and asks no more', async () => {
  const id = await ended(on.client, 'SELECT 1 AS one');
  await ageJob(on.service.table, id, 'job');
  await signIn(`#/jobs/${id}`);
  await on.page.getByText('The job has expired').waitFor();
  expect(await on.page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
});

it('keeps what is known of a job whose files have expired, and asks for none of them', async () => {
  const id = await ended(on.client, 'SELECT 1 AS one');
  await ageJob(on.service.table, id, 'files');
  const asked: string[] = [];
  on.page.on('request', (request) => asked.push(request.url()));
  await signIn(`#/jobs/${id}`);
  await on.page.getByText(/^They were kept until/).waitFor();
  await on.page.getByRole('cell', { name: 'completed', exact: true }).waitFor();
  expect(asked.filter((url) => url.includes('/results'))).toEqual([]);
});

it('renews a link to a file that has expired while the page was open, when it is pressed', async () => {
  const { id } = await (await on.client.export('SELECT 42 AS answer', { single_file: true })).wait();
  await signIn(`#/jobs/${id}`);
  const link = on.page.getByRole('link', { name: /^Download / });
  const href = (await link.getAttribute('href')) ?? '';
  await until('the link to expire', async () => ((await fetch(href)).status === 403 ? true : undefined));
  const downloading = on.page.waitForEvent('download');
  await link.click();
  const download = await downloading;
  expect(await readFile(await download.path(), 'utf8')).toBe('answer\n42\n');
  expect(download.url()).not.toBe(href);
});

it('says that it is refused for a while, does not ask before that is over, and then goes on', async () => {
  let asked = 0;
  await signIn();
  await heading('Jobs').waitFor();
  await on.page.route('**/bulk/jobs?**', (route) => {
    asked += 1;
    const problem = { code: 'RATE_LIMITED', detail: 'Too many requests', retryable: true, hint: 'Wait.' };
    return route.fulfill({
      status: 429,
      headers: { 'retry-after': '3600', 'access-control-expose-headers': 'retry-after' },
      body: JSON.stringify(problem),
    });
  });
  await on.page.getByLabel('Tag').fill('limited');
  await on.page.keyboard.press('Enter');
  await on.page.getByText('It asks to wait 1:00:00.').waitFor();
  expect(asked).toBe(1);
  await on.page.unroute('**/bulk/jobs?**');
  await on.page.getByRole('button', { name: 'Try again' }).click();
  await on.page.getByText('No job is like that').waitFor();
  await on.page.getByRole('alert').waitFor({ state: 'detached' });
});

it('says that the service failed, with what an operator finds it by, and goes on by itself', async () => {
  await on.page.route('**/bulk/jobs?**', (route) => {
    const problem = { code: 'INTERNAL_ERROR', detail: 'It is our fault', retryable: true, request_id: 'r-42' };
    return route.fulfill({ status: 500, body: JSON.stringify(problem) });
  });
  // Signing in asks for one job.
  await on.page.goto(on.url);
  await on.page.getByLabel('Address of the API').fill(on.service.aws.apiUrl);
  await on.page.getByRole('textbox', { name: 'API key or token' }).fill(on.service.aws.apiKey);
  await on.page.keyboard.press('Enter');
  await on.page.getByText('request r-42').waitFor();
  await on.page.unroute('**/bulk/jobs?**');
  await on.page.getByRole('button', { name: 'Sign in' }).click();
  await heading('Jobs').waitFor();
});

it('says that there is no network, keeps what it shows, and goes on when it is back', async () => {
  const id = await ended(on.client, 'SELECT 1 AS one');
  await signIn();
  await on.page.getByRole('link', { name: id }).waitFor();
  await on.page.context().setOffline(true);
  await on.page.getByText('There is no network.').waitFor();
  await on.page.getByRole('link', { name: id }).click();
  await heading('Job').waitFor();
  await on.page.context().setOffline(false);
  await on.page.getByText('There is no network.').waitFor({ state: 'detached' });
  await on.page.getByRole('table', { name: 'First rows' }).waitFor();
});

it('puts the focus back after a dialog, and says aloud what becomes of the job', async () => {
  const job = await on.client.export(endless);
  await signIn(`#/jobs/${job.id}`);
  const cancel = on.page.getByRole('button', { name: 'Cancel', exact: true });
  await on.page.getByRole('status').getByText('The job is: Running').waitFor();
  await cancel.focus();
  await on.page.keyboard.press('Enter');
  await on.page.getByLabel('Reason').waitFor();
  await on.page.keyboard.press('Escape');
  await on.page.getByRole('dialog').waitFor({ state: 'detached' });
  await until('the focus to be back', async () =>
    (await on.page.evaluate('document.activeElement.textContent')) === 'Cancel' ? true : undefined,
  );
  await on.page.keyboard.press('Enter');
  // Before that, letters are shortcuts of the page.
  await on.page.locator('[role=dialog] input:focus').waitFor();
  await on.page.keyboard.type('enough');
  await on.page.keyboard.press('Enter');
  await on.page.getByRole('status').getByText('The job is: Cancelled').waitFor();
  const nowhere = 'document.activeElement === document.body';
  await until('the focus to be somewhere', async () => ((await on.page.evaluate(nowhere)) === true ? undefined : true));
  await on.page.keyboard.press('Tab');
  expect(await on.page.evaluate('document.activeElement.closest("main") !== null')).toBe(true);
});

it('counts what is under way and what was done, in charts and as a table', async () => {
  const caller = await on.service.tenant('busy');
  const key = caller.headers.authorization?.replace('Bearer ', '') ?? '';
  await signIn('#/overview', key);
  await on.page.getByText('No jobs were created in this time.').waitFor();
  const { job_id: done } = await caller.complete('SELECT 1 AS one UNION ALL SELECT 2');
  const { job_id: wrong } = await caller.create({ query: 'SELECT no_such_column', start: true });
  await caller.finished(wrong);
  const { job_id: running } = await caller.create({ query: endless, start: true });
  await on.page.reload();
  await on.page.getByRole('link', { name: /^1 running/ }).waitFor();
  await on.page.getByRole('img', { name: 'Jobs: 2: 1 complete, 1 failed, 0 cancelled' }).waitFor();
  await on.page.getByRole('img', { name: 'Rows: 2: 2 rows' }).waitFor();
  await on.page.getByText('As a table').click();
  const row = on.page.getByRole('table', { name: /^Throughput/ }).locator('tbody tr', { hasText: /1\s*1\s*0\s*2/ });
  await row.waitFor();
  await on.page.getByText('All 3 jobs created in this time').waitFor();
  await on.page.getByRole('link', { name: /^1 running/ }).click();
  await on.page.getByRole('link', { name: running }).waitFor();
  expect(await on.page.getByRole('link', { name: done }).count()).toBe(0);
  await caller.patch(running, { state: 'Aborted' });
});
