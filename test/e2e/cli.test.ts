import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { Interrupted } from '../../cli/io.ts';
import { type Given, records, screen, spectra } from '../support/cli/fake-io.ts';
import { until } from './harness.ts';
import { inPipe, inTerminal, type Place } from './support/cli/processes.ts';
import { type SdkWorld, startSdkWorld } from './support/sdk/world.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const some = 'SELECT * FROM flights LIMIT 300000';

let world: SdkWorld;
/** Statements wait here before they start. */
let hold: Promise<void> = Promise.resolve();
let env: Record<string, string>;

beforeAll(async () => {
  const onStatus = (_statement: unknown, status: string) => (status === 'STARTED' ? hold : Promise.resolve());
  world = await startSdkWorld({ load: { flights }, warehouse: { onStatus } });
  await world.service.aws.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  const { apiUrl, apiKey } = world.service.aws;
  env = { SPECTRA_URL: apiUrl, SPECTRA_API_KEY: apiKey, XDG_CONFIG_HOME: world.service.workDir };
});
afterAll(() => world.stop());
beforeEach(() => {
  hold = Promise.resolve();
  world.reset();
});

/** Runs in this process, through proxies that count and break. */
const cli = (args: readonly string[], given: Given = {}) =>
  spectra(args, {
    env,
    connect: ({ apiKey, token }) => world.clientWith({ apiKey, token, runtime: {} }),
    fetch: (input, init) => fetch(input, init),
    ...given,
  });

const place = async (): Promise<Place> => ({ cwd: await world.folder(), env });

function held(): () => void {
  let release: () => void = () => undefined;
  hold = new Promise((resolve) => (release = resolve));
  return release;
}

const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

/** What of a job is in a folder, held to what the service hands out. */
async function expectDownloaded(id: string, dir: string): Promise<void> {
  const there = (await readdir(dir)).sort();
  const wanted = await world.service.demo.download(id);
  expect(there).toEqual(wanted.map(({ name }) => name).sort());
  for (const { name, data } of wanted) expect(sha(await readFile(join(dir, name)))).toBe(sha(data));
}

const idIn = (said: string): string => /Job (\w{26})/.exec(said)?.[1] ?? '';

describe('in a pipe', () => {
  it('an export leaves verified files, JSON lines on standard output and prose without bars on the other', async () => {
    const here = await place();
    const running = inPipe(['export', some, '-o', 'out', '--json', '--single-file'], here);
    expect(await running.ended).toBe(0);
    const told = records(running.out());
    const id = idIn(running.said());
    expect(told.map(({ type }) => type)).toEqual([...told.slice(1).map(() => 'job'), 'file']);
    expect(told.at(-2)).toMatchObject({ job_id: id, state: 'JobComplete', number_records_processed: 300_000 });
    expect(told.at(-1)).toMatchObject({ rows: 300_000, verified: true, resumed: 0 });
    await expectDownloaded(id, join(here.cwd, 'out'));
    // eslint-disable-next-line no-control-regex -- what a log must not hold
    expect(running.said()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(running.said().split('\n')).toHaveLength(4);
  });

  it('what fails ends with the code of its kind, and says why in one place each', async () => {
    const running = inPipe(['export', 'SELECT no_such_column FROM flights', '--quiet'], await place());
    expect(await running.ended).toBe(5);
    expect(running.out()).toBe('');
    expect(running.said()).toMatch(/^Error: Job \w{26} failed: .*no_such_column/);
    expect(running.said()).toMatch(/^ {2}code +COLUMN_NOT_FOUND$/m);
  });
});

describe('in a terminal', () => {
  it('an export shows how far it is, a bar for each file, and nothing of that in the end', async () => {
    const here = await place();
    const running = inTerminal(['export', some, '-o', 'out'], here);
    expect(await running.ended).toBe(0);
    const drawn = running.out();
    expect(drawn).toMatch(/\w{26} {2}(queued|executing|exporting|finalizing|UploadComplete|InProgress)/);
    expect(drawn).toMatch(/\.csv +\[#* *\] +\d+% {2}/);
    expect(drawn).toMatch(/\d\/\d+ files? {2}300,000 rows +\[/);
    const id = idIn(drawn);
    const end = screen(drawn);
    expect(end[0]).toBe(`Job ${id}`);
    expect(end.slice(1).join('\n')).toMatch(
      /^Job \w+: 300,000 rows, \d files, 10\.\d MB in \d s\n(out\/\S+\.csv\n)+\d files, 300,000 rows, 10\.\d MB in out$/,
    );
    await expectDownloaded(id, join(here.cwd, 'out'));
  });

  it('Ctrl-C tells the id of the job, which goes on; watch and download take it up again', async () => {
    const release = held();
    const here = await place();
    const running = inTerminal(['export', 'SELECT 7 AS seven', '-o', 'my out'], here);
    const [, id = ''] = await running.saying(/Job (\w{26})/);
    await running.saying(/executing|queued/);
    running.type('\u0003');
    expect(await running.ended).toBe(130);
    expect(running.out()).toContain(`spectra jobs watch ${id}`);
    expect(running.out()).toContain(`spectra jobs download ${id} -o 'my out'`);
    release();
    const watched = await cli(['jobs', 'watch', id]);
    expect(watched).toMatchObject({ code: 0, out: expect.stringMatching(/: 1 row, \d files?, \d+ B/) as string });
    const dir = join(here.cwd, 'my out');
    expect(await cli(['jobs', 'download', id, '-o', dir])).toMatchObject({ code: 0 });
    await expectDownloaded(id, dir);
  });
});

describe('a download', () => {
  it('that was stopped half-way is gone on with, and only the rest is fetched', async () => {
    const { job_id } = await world.service.demo.complete(some, { single_file: true });
    const dir = await world.folder();
    const stop = new AbortController();
    world.s3.fault = () => {
      void until('some bytes', () => (world.s3.seen[0]?.bytes ?? 0) > 3_000_000 || undefined).then(() =>
        stop.abort(new Interrupted('SIGINT')),
      );
      return { kind: 'cut', after: 4_000_000 };
    };
    const broken = await cli(['jobs', 'download', job_id, '-o', dir], { signal: stop.signal });
    expect(broken).toMatchObject({ code: 130, out: '' });
    expect(broken.said).toContain(`spectra jobs download ${job_id} -o ${dir}`);
    expect((await readdir(dir)).some((name) => name.endsWith('.part'))).toBe(true);
    world.reset();
    const rest = await cli(['jobs', 'download', job_id, '-o', dir, '--json']);
    expect(rest.code).toBe(0);
    const [file] = records(rest.out) as { bytes: number; resumed: number }[];
    const fetched = world.s3.seen.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(file?.resumed).toBeGreaterThan(1_000_000);
    expect(fetched + (file?.resumed ?? 0)).toBe(file?.bytes);
    await expectDownloaded(job_id, dir);
  });

  it('of a job that still runs waits for it; one of a failed job fails with it', async () => {
    const release = held();
    const { job_id } = await world.service.demo.start('SELECT 1 AS one');
    const dir = await world.folder();
    const downloading = cli(['jobs', 'download', job_id, '-o', dir]);
    await until('the first look', () => world.api.seen.length > 0 || undefined);
    release();
    expect(await downloading).toMatchObject({ code: 0 });
    await expectDownloaded(job_id, dir);
    const failed = await world.service.demo.start('SELECT nothing FROM flights');
    expect(await cli(['jobs', 'download', failed.job_id, '-o', dir])).toMatchObject({ code: 5, out: '' });
  });
});

describe('a load', () => {
  const table = async (name: string): Promise<string> => {
    await world.service.aws.redshift.query(`CREATE TABLE demo.${name} (id INTEGER, name VARCHAR(20))`);
    return `demo.${name}`;
  };
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(await world.folder(), name);
    await writeFile(path, content);
    return path;
  };
  const rowsOf = (object: string) => world.service.aws.redshift.query(`SELECT id, name FROM ${object} ORDER BY id`);

  it('applies what it can: rejected rows are warned of one by one, and the code is 0', async () => {
    const object = await table('cli_rejected');
    const path = await file('rows.csv', 'id,name\n1,one\nx,two\n3,three\n');
    const loaded = await cli(['load', path, '--into', object]);
    expect(loaded).toMatchObject({ code: 0, out: expect.stringMatching(/^\w{26}\n$/) as string });
    expect(loaded.said).toMatch(/2 rows applied, 1 rejected/);
    expect(loaded.said).toMatch(/^Warning: .*\(ROWS_REJECTED\)$/m);
    expect(loaded.said).toMatch(/^Warning: {3}line 3, id: INVALID_VALUE/m);
    expect(await rowsOf(object)).toEqual([
      { id: 1, name: 'one' },
      { id: 3, name: 'three' },
    ]);
    const strict = await cli(['load', path, '--into', object, '--all-or-nothing', '--json']);
    expect(strict.code).toBe(5);
    expect(records(strict.out).at(-1)).toMatchObject({ type: 'error', code: 'ROWS_REJECTED' });
  });

  it('of several files changes rows by their key, in the order of the files', async () => {
    const object = await table('cli_upsert');
    const first = await file('a.csv', 'id,name\n1,one\n2,two\n');
    const second = await file('b.json', '{"id":2,"name":"deux"}\n{"id":3,"name":"trois"}\n');
    const loaded = await cli(['load', first, second, '--into', object, '--upsert', 'id', '--json']);
    expect(loaded.code).toBe(0);
    const ended = records(loaded.out).filter(({ is_finished }) => is_finished === true);
    expect(ended).toMatchObject([
      { operation: 'upsert', content_type: 'CSV', number_records_processed: 2 },
      { operation: 'upsert', content_type: 'JSON', number_records_processed: 2 },
    ]);
    expect(await rowsOf(object)).toMatchObject([{ name: 'one' }, { name: 'deux' }, { name: 'trois' }]);
  });

  it('that was stopped while it was sent is gone on with', async () => {
    const object = await table('cli_resume');
    const path = await file('rows.csv', 'id,name\n1,one\n');
    const stop = new AbortController();
    world.s3.fault = ({ method }) => {
      if (method === 'PUT') stop.abort(new Interrupted('SIGINT'));
      return { kind: 'lost' };
    };
    const broken = await cli(['load', path, '--into', object], { signal: stop.signal });
    expect(broken.code).toBe(130);
    const [, id = ''] = /--resume (\w{26})/.exec(broken.said) ?? [];
    world.reset();
    expect(await cli(['load', path, '--into', object, '--resume', id])).toMatchObject({ code: 0, out: `${id}\n` });
    expect(await rowsOf(object)).toHaveLength(1);
  });
});

describe('exit codes', () => {
  it('4: for no credential, one that is not taken, and one that may not do this', async () => {
    expect(await cli(['query', 'SELECT 1'], { env: { SPECTRA_URL: env.SPECTRA_URL } })).toMatchObject({ code: 4 });
    const wrong = await cli(['query', 'SELECT 1'], { env: { ...env, SPECTRA_API_KEY: 'sb_wrong' } });
    expect(wrong).toMatchObject({ code: 4, said: expect.stringContaining('UNAUTHORIZED') as string });
    expect(wrong.said).toMatch(/^ {2}request +\S+$/m);
    const reader = await world.service.aws.createApiKey('demo', ['bulk:read']);
    const may = { env: { ...env, SPECTRA_API_KEY: reader } };
    expect(await cli(['export', 'SELECT 1 AS one'], may)).toMatchObject({ code: 4 });
    expect(await cli(['jobs', 'list'], may)).toMatchObject({ code: 0 });
  });

  it('6: for a job that was cancelled; to cancel it is 0, once it has really stopped', async () => {
    const release = held();
    const { code, out } = await cli(['export', 'SELECT 1 AS one', '--async']);
    expect(code).toBe(0);
    const id = out.trim();
    const cancelling = cli(['jobs', 'cancel', id, '--reason', 'not now']);
    await until('the wish', async () => (await world.service.demo.read(id)).desired_state ?? undefined);
    release();
    expect(await cancelling).toMatchObject({ code: 0, out: `${id}\n` });
    const watched = await cli(['jobs', 'watch', id]);
    expect(watched).toMatchObject({ code: 6, said: expect.stringContaining('was cancelled: not now') as string });
    expect((await cli(['jobs', 'get', id])).out).toMatch(/^state +Aborted\n[^]*reason +not now$/m);
    expect(await cli(['jobs', 'retry', id])).toMatchObject({ code: 0, said: expect.any(String) as string });
    expect((await cli(['jobs', 'logs', id])).out).toMatch(/run 1 {2}created[^]*run 2 {2}completed/);
  });

  it('1: for what is refused, with its place in the query', async () => {
    const refused = await cli(['export', 'SELECT 1;\nDROP TABLE x']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.said).toMatch(/^ {2}line 2: DROP TABLE x\n {10}\^$/m);
    expect(refused.said).toMatch(/QUERY_REFUSED \(SQL_MULTIPLE_STATEMENTS\)/);
    expect(await cli(['jobs', 'get', '01M835N22EHCK2VHT8RGDW7GVY'])).toMatchObject({ code: 1 });
  });
});

describe('other commands', () => {
  it('a dry run says of each query what the service says', async () => {
    for (const query of [
      'SELECT * FROM flights LIMIT 5',
      'SELECT pg_sleep(1)',
      'DELETE FROM flights',
      'SELECT a,',
      ' ',
    ]) {
      const tried = await cli(['export', query, '--dry-run', '--json']);
      if (query === ' ') expect(tried.code).toBe(2);
      else {
        const done = await cli(['export', query, '--async', '--json']);
        expect(tried.code).toBe(done.code);
        const [ours] = records(tried.out);
        const [theirs] = records(done.out);
        if (tried.code === 0)
          expect(ours).toMatchObject({ type: 'dry_run', verdict: 'accepted', relations: ['flights'] });
        else
          for (const key of ['code', 'reason', 'position', 'hint', 'message'])
            expect([key, ours?.[key]]).toEqual([key, theirs?.[key]]);
      }
    }
  });

  it('a query answers with a table or with a JSON object a row', async () => {
    const sql = "SELECT :n::INT AS n, 'x' AS x UNION ALL SELECT 22, NULL ORDER BY 1";
    const shown = await cli(['query', sql, '--param', 'n=3']);
    expect(shown).toMatchObject({ code: 0, out: ' n  x\n 3  x\n22  NULL\n' });
    const lines = await cli(['query', sql, '--param', 'n=3', '--json', '-q']);
    expect(lines).toEqual({ code: 0, out: '{"n":3,"x":"x"}\n{"n":22,"x":null}\n', said: '' });
    const less = await cli(['query', 'SELECT * FROM flights', '--max-rows', '1']);
    expect(less.said).toMatch(/^Warning: there are more rows/m);
  });

  it('jobs are listed by filters, and it is said when there are more', async () => {
    for (const one of [1, 2, 3]) await world.service.demo.create({ query: `SELECT ${one}`, tag: 'cli list' });
    const listed = await cli(['jobs', 'list', '--tag', 'cli list', '-n', '2', '--unfinished', '--state', 'open']);
    expect(listed.out.split('\n')).toHaveLength(4);
    expect(listed.said).toMatch(/There are more/);
    const all = await cli(['jobs', 'list', '--tag', 'cli list', '--json', '--since', '2001-01-01']);
    expect(records(all.out)).toHaveLength(3);
    expect(await cli(['jobs', 'list', '--tag', 'nobody has it'])).toMatchObject({ code: 0, out: '' });
  });

  it('keys are made by the operator, and doctor tells what one of them may do', async () => {
    const { aws, table } = world.service;
    const operator = {
      AWS_ENDPOINT_URL: aws.awsEndpointUrl,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    };
    const args = ['keys', 'create', '--table', table.name, '--tenant', 'demo', '--permissions', 'bulk:read query'];
    const made = inPipe(args, { cwd: world.service.workDir, env: operator });
    expect(await made.ended).toBe(0);
    const config = join(await world.folder(), 'spectra/config.json');
    await mkdir(join(config, '..'));
    const profiles = { cli: { url: env.SPECTRA_URL, api_key: made.out().trim() } };
    await writeFile(config, JSON.stringify({ default_profile: 'cli', profiles }), { mode: 0o600 });
    const own = { env: { XDG_CONFIG_HOME: join(config, '../..') } };
    const seen = await cli(['doctor'], own);
    expect(seen).toMatchObject({ code: 0, said: 'Nothing is wrong.\n' });
    expect(seen.out).toMatch(/^ok +credential +API key \(file\) is taken$/m);
    expect(seen.out).toMatch(/^note +permissions +bulk:read, query; not bulk:write/m);
    expect(await cli(['doctor', '--strict'], own)).toMatchObject({ code: 1 });
    const before = await world.service.demo.list();
    expect(before.jobs.every(({ created_at }) => created_at !== '')).toBe(true);
    await chmod(config, 0o644);
    expect(await cli(['jobs', 'list'], own)).toMatchObject({
      code: 1,
      said: expect.stringContaining(`chmod 600 ${config}`) as string,
    });
  });

  it('doctor creates nothing, and names what is wrong and how it is mended', async () => {
    const jobs = async () => (await world.service.demo.list()).jobs.length;
    const before = await jobs();
    expect(await cli(['doctor'])).toMatchObject({ code: 0 });
    expect(await jobs()).toBe(before);
    const wrong = async (given: Given) => {
      const { code, out } = await cli(['doctor', '--json'], given);
      const found = records(out).filter(({ state }) => state === 'wrong');
      expect(found.every(({ mend }) => typeof mend === 'string')).toBe(true);
      return [code, ...found.map(({ what }) => what)];
    };
    expect(await wrong({ env: {} })).toEqual([1, 'address']);
    expect(await wrong({ env: { ...env, SPECTRA_URL: 'http://127.0.0.1:9' } })).toEqual([1, 'address']);
    expect(await wrong({ env: { ...env, SPECTRA_URL: `${env.SPECTRA_URL}/nothing` } })).toEqual([1, 'address']);
    expect(await wrong({ env: { ...env, SPECTRA_API_KEY: 'sb_wrong' } })).toEqual([1, 'credential']);
    expect(await wrong({ now: () => Date.now() + 400_000 })).toEqual([1, 'clock']);
    const machine = {
      node: '18.0.0',
      java: () => Promise.reject(new Error('none')),
      aws: () => Promise.reject(new Error('no')),
    };
    expect(await wrong({ machine })).toEqual([1, 'node']);
  });

  it('completion is what bash evaluates without a word, and completes as it stands in the table', async () => {
    const { out } = await cli(['completion', 'bash']);
    const complete = (line: string) =>
      `COMP_WORDS=(${line}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _spectra; echo "\${COMPREPLY[*]}"`;
    const lines = [
      'spectra ex',
      'spectra jobs ""',
      'spectra jobs list --sta',
      'spectra --profile jobs export x --format ""',
      'spectra load cli/ma',
      'spectra keys create -o',
      'spectra completion ""',
    ];
    const child = spawn('bash', ['--norc', '--noprofile', '-eu', '-c', [out, ...lines.map(complete)].join('\n')]);
    const [shown, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(said).toBe('');
    expect(shown.split('\n').map((line) => line.slice(0, 60))).toEqual([
      'export',
      'list get watch cancel retry download logs',
      '--state',
      'csv json parquet',
      'cli/main.ts',
      '',
      expect.stringMatching(/^bash zsh fish --/) as string,
      '',
    ]);
  });
});
