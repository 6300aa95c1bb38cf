import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { until } from './harness.ts';
import { consoleSuite } from './support/console/console-suite.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const on = consoleSuite({ load: { flights } });
const { signIn, heading } = on;

beforeAll(async () => {
  await on.service.warehouse.run('CREATE SCHEMA IF NOT EXISTS demo');
  await on.service.warehouse.run('CREATE TABLE demo.people (id INTEGER NOT NULL, name VARCHAR(20), born DATE)');
  await on.service.warehouse.run('CREATE TABLE demo.many (n INTEGER, filling VARCHAR(400))');
});

const choose = (name: string, content: string | Buffer) =>
  on.page.locator('input[type=file]').setInputFiles({
    name,
    mimeType: 'application/octet-stream',
    buffer: typeof content === 'string' ? Buffer.from(content) : content,
  });
const press = (name: string) => on.page.getByRole('button', { name, exact: true }).click();
const jobId = () => decodeURIComponent(on.page.url().split('#/jobs/')[1] ?? '');

it('judges a query as it is written, exports it by keyboard and shows its rows', async () => {
  await signIn('#/new/export');
  const editor = on.page.getByRole('textbox', { name: 'Query' });
  await editor.fill('SELECT origin FROM flights; DELETE FROM flights');
  await on.page.getByText(/^Refused: /).waitFor();
  await on.page.getByText(/^Line 1, column \d+:/).waitFor();
  expect(await on.page.getByRole('button', { name: 'Export', exact: true }).isDisabled()).toBe(true);
  expect((await on.page.locator('.fault').textContent())?.length).toBeGreaterThan(0);
  await editor.fill("SELECT COUNT(*) AS n, 'by keyboard' AS how FROM flights");
  await on.page.getByText('It reads flights.').waitFor();
  await on.page.getByText('The statement that would run').click();
  await on.page.getByText(/^UNLOAD \(/).waitFor();
  await editor.focus();
  await on.page.keyboard.press('Control+Enter');
  await on.page.getByRole('table', { name: 'First rows' }).getByText('by keyboard').waitFor();
  await on.page.getByRole('table', { name: 'First rows' }).getByText('3000000').waitFor();
});

it('exports a query, follows it, and the browser saves the very bytes of its file', async () => {
  await signIn('#/new/export');
  await on.page.getByRole('textbox', { name: 'Query' }).fill('SELECT origin, delay FROM flights LIMIT 100000');
  await on.page.getByText('It reads flights.').waitFor();
  await on.page.getByLabel('One file').check();
  await press('Export');
  await heading('Job').waitFor();
  const downloading = on.page.waitForEvent('download');
  await on.page.getByRole('link', { name: /^Download / }).click();
  const saved = await readFile(await (await downloading).path());
  const job = on.client.job(jobId());
  const parts: Uint8Array[] = [];
  for await (const file of job.files()) for await (const bytes of file.stream()) parts.push(bytes);
  expect(Buffer.compare(saved, Buffer.concat(parts))).toBe(0);
  expect(job.state ?? (await job.refresh()).state).toBe('JobComplete');
});

it('writes a query like that of another job', async () => {
  const job = await on.client.export("SELECT 'again' AS again", { compression: 'GZIP', tag: 'daily' });
  await job.wait();
  await signIn(`#/jobs/${job.id}`);
  await on.page.getByRole('link', { name: 'Use this query again' }).click();
  await heading('New export').waitFor();
  await on.page.getByText('It reads no tables.').waitFor();
  expect(await on.page.getByLabel('Compression').inputValue()).toBe('GZIP');
  await press('Export');
  await heading('Job').waitFor();
  expect(jobId()).not.toBe(job.id);
  const again = await on.client.job(jobId()).refresh({ include: ['query'] });
  expect(again).toMatchObject({ query: "SELECT 'again' AS again", compression: 'GZIP', tag: 'daily' });
});

it('loads a compressed file with mapped columns, and shows each rejected row with line, column and reason', async () => {
  await signIn('#/new/load');
  const rows = ['1;ada;1815-12-10;x', 'two;Grace;1906-12-09;x', '3;Alan;yesterday;x', ';nobody;;x'];
  await choose('people.txt.gz', gzipSync(`Number;label;born;ignored\n${rows.join('\n')}\n`));
  const seen = on.page.getByRole('table', { name: 'First rows of the file' });
  await seen.getByText('1906-12-09').waitFor();
  expect(await on.page.getByLabel('Compression').inputValue()).toBe('GZIP');
  expect(await on.page.getByLabel('Delimiter').inputValue()).toBe('SEMICOLON');
  await on.page.getByRole('textbox', { name: 'Table' }).fill('demo.people');
  await on.page.getByLabel('Target of Number').fill('id');
  await on.page.getByLabel('Target of label').fill('name');
  await on.page.getByLabel('Transform of label').fill('(SELECT 1)');
  await on.page
    .getByRole('table', { name: 'Columns' })
    .getByText(/has no place in a transform/)
    .waitFor();
  await on.page.getByLabel('Transform of label').fill('initcap(label)');
  await on.page.getByLabel('Load ignored').uncheck();
  await on.page.locator('pre.code', { hasNotText: '"ignored"' }).waitFor();
  const request = (await on.page.locator('pre.code').textContent()) ?? '';
  expect(JSON.parse(request.replace('POST /bulk/jobs', ''))).toEqual({
    operation: 'insert',
    object: 'demo.people',
    content_type: 'CSV',
    compression: 'GZIP',
    column_delimiter: 'SEMICOLON',
    column_mappings: [
      { source_column: 'Number', target_column: 'id' },
      { source_column: 'label', target_column: 'name', transform: 'initcap(label)' },
      { source_column: 'born', target_column: 'born' },
    ],
  });
  await press('Load');
  await heading('Job').waitFor();
  const rejected = on.page.getByRole('table', { name: 'Rejected rows', exact: true });
  await rejected.getByText(/the value of Number cannot be read as INTEGER/).waitFor();
  await rejected.getByText('yesterday').waitFor();
  const reasons = on.page.getByRole('table', { name: 'Rejected rows by reason' });
  await reasons.getByRole('row', { name: /INVALID_VALUE Number 1/ }).waitFor();
  await reasons.getByRole('row', { name: /NULL_NOT_ALLOWED Number 1/ }).waitFor();
  await reasons.getByRole('button', { name: 'Show INVALID_VALUE in born' }).click();
  await rejected.getByText('two').waitFor({ state: 'detached' });
  expect(await rejected.locator('tbody tr').count()).toBe(1);
  const downloading = on.page.waitForEvent('download');
  await on.page.getByRole('button', { name: 'Download failed-results.csv' }).click();
  const saved = await readFile(await (await downloading).path(), 'utf8');
  expect(saved.split('\n')[0]).toContain('_error');
  expect(saved).toContain('yesterday');
  await on.page.getByRole('button', { name: 'Download successful-results.csv' }).waitFor();
  expect(await on.service.warehouse.rows('SELECT id, name FROM demo.people')).toEqual([['1', 'Ada']]);
});

it('shows what the service refuses at the field that it is about, and keeps what was written', async () => {
  await signIn('#/new/load');
  await choose('people.csv', 'id,name\n9,Nine\n');
  await on.page.getByRole('textbox', { name: 'Table' }).fill('people');
  await on.page.getByText('is not schema.table').waitFor();
  await on.page.getByRole('textbox', { name: 'Table' }).fill('elsewhere.people');
  await on.page.getByLabel('Operation').selectOption('upsert');
  await on.page.getByText('Name the key columns.').waitFor();
  await on.page.getByRole('combobox', { name: 'Key columns' }).fill('id');
  await on.page.keyboard.press('Enter');
  await press('Load');
  await on.page.getByRole('alert').getByText('OBJECT_NOT_ALLOWED').waitFor();
  const table = on.page.getByRole('textbox', { name: 'Table' });
  expect(await table.getAttribute('aria-invalid')).toBe('true');
  expect(await table.inputValue()).toBe('elsewhere.people');
  await table.fill('demo.people');
  await on.page
    .getByText(/schemas that it may load/)
    .first()
    .waitFor({ state: 'detached' });
  await press('Load');
  await heading('Job').waitFor();
  await on.page.getByText('Complete', { exact: true }).first().waitFor();
  await on.page.getByRole('link', { name: 'Load like this again' }).click();
  await heading('New load').waitFor();
  expect(await on.page.getByRole('textbox', { name: 'Table' }).inputValue()).toBe('demo.people');
  expect(await on.page.getByLabel('Operation').inputValue()).toBe('upsert');
  await on.page.getByText('Choose a file.').waitFor();
});

it('says before anything is sent that a file is not what it is called', async () => {
  await signIn('#/new/load');
  await choose('people.csv', 'id;name\n');
  await choose('people.parquet', 'PAR1 is all that it has');
  await on.page.getByText('The service would not take this file').waitFor();
  expect(await on.page.getByRole('button', { name: 'Load', exact: true }).isDisabled()).toBe(true);
});

it('takes a file that is dropped, stops its upload when told to, and goes on with it', async () => {
  await signIn('#/new/load');
  await on.page.getByText('Drop a file here').waitFor();
  const dropped = await on.page.evaluateHandle<unknown>(`(() => {
    const lines = Array.from({ length: 1_000_000 }, (_, n) => n + ',drop\\n');
    const transfer = new DataTransfer();
    transfer.items.add(new File(['n,filling\\n', ...lines], 'dropped.csv'));
    return transfer;
  })()`);
  let held: (() => void) | undefined;
  await on.page.route(/partNumber=2/, async (route) => {
    if (held === undefined) await new Promise<void>((resolve) => (held = resolve));
    await route.continue().catch(() => undefined);
  });
  await on.page.dispatchEvent('.drop', 'drop', { dataTransfer: dropped });
  await on.page.getByRole('table', { name: 'First rows of the file' }).waitFor();
  await on.page.getByRole('textbox', { name: 'Table' }).fill('demo.many');
  await press('Load');
  await until('a part on its way', () => (held ? true : undefined));
  await press('Stop');
  await on.page.getByText('dropped.csv was not sent to its end').waitFor();
  held?.();
  await press('Go on');
  await on.page.getByText('Complete', { exact: true }).first().waitFor();
  expect(await on.service.warehouse.rows("SELECT COUNT(*) FROM demo.many WHERE filling = 'drop'")).toEqual([
    ['1000000'],
  ]);
});

it('goes on with an upload that broke off, also after a reload, and sends each part once', async () => {
  const line = `,${'x'.repeat(300)}\n`;
  const rows = 36_000;
  const content = `n,filling\n${Array.from({ length: rows }, (_, n) => `${n}${line}`).join('')}`;
  const file = Buffer.from(content);
  const sent: number[] = [];
  const broken = { after: 1 };
  const first = on.page.waitForResponse(/partNumber=1&/);
  await on.page.route(/partNumber=/, async (route) => {
    const part = Number(new URL(route.request().url()).searchParams.get('partNumber'));
    if (part > broken.after) return first.then(() => route.abort());
    sent.push(part);
    return route.continue();
  });
  await signIn('#/new/load');
  await choose('many.csv', file);
  await on.page.getByRole('textbox', { name: 'Table' }).fill('demo.many');
  await press('Load');
  await on.page.getByRole('heading', { name: 'Sending many.csv' }).waitFor();
  // Another page is looked at meanwhile.
  await on.page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await heading('Jobs').waitFor();
  await on.page.getByRole('link', { name: 'Upload broken off' }).click();
  await on.page.getByRole('heading', { name: 'Broken off' }).waitFor();
  expect(sent).toEqual([1]);
  await on.page.getByRole('link', { name: /^Job / }).first().click();
  await heading('Job').waitFor();
  const id = jobId();
  await on.page.reload();
  broken.after = 99;
  await on.page.getByRole('link', { name: 'Send the file' }).click();
  await on.page.getByText('waits for the file of its insert').waitFor();
  await choose('many.csv', file);
  await press('Go on');
  await on.page.getByText('Complete', { exact: true }).first().waitFor();
  expect(jobId()).toBe(id);
  expect(sent.toSorted()).toEqual([1, 2]);
  expect(await on.service.warehouse.rows("SELECT COUNT(*) FROM demo.many WHERE filling <> 'drop'")).toEqual([
    [String(rows)],
  ]);
});
