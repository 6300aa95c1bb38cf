import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Interrupted } from '../../cli/io.ts';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { records, screen } from '../support/cli/fake-io.ts';
import { until } from './harness.ts';
import { doctors } from './support/cli/doctors.ts';
import { exitCodes } from './support/cli/exit-codes.ts';
import { loads } from './support/cli/loads.ts';
import { inPipe, inTerminal } from './support/cli/processes.ts';
import { type CliWorld, startCliWorld } from './support/cli/world.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const some = 'SELECT * FROM flights LIMIT 300000';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld({ flights });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const idIn = (said: string): string => /Job (\w{26})/.exec(said)?.[1] ?? '';

describe('in a pipe', () => {
  it('an export leaves verified files, JSON lines on standard output and prose without bars on the other', async () => {
    const here = await world.place();
    const running = inPipe(['export', some, '-o', 'out', '--json', '--single-file'], here);
    expect(await running.ended).toBe(0);
    const told = records(running.out());
    const id = idIn(running.said());
    expect(told.map(({ type }) => type)).toEqual([...told.slice(1).map(() => 'job'), 'file']);
    expect(told.at(-2)).toMatchObject({ job_id: id, state: 'JobComplete', number_records_processed: 300_000 });
    expect(told.at(-1)).toMatchObject({ rows: 300_000, verified: true, resumed: 0 });
    await world.expectDownloaded(id, join(here.cwd, 'out'));
    // eslint-disable-next-line no-control-regex -- what a log must not hold
    expect(running.said()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(running.said().split('\n')).toHaveLength(4);
  });

  it('what fails ends with the code of its kind, and says why in one place each', async () => {
    const running = inPipe(['export', 'SELECT no_such_column FROM flights', '--quiet'], await world.place());
    expect(await running.ended).toBe(5);
    expect(running.out()).toBe('');
    expect(running.said()).toMatch(/^Error: Job \w{26} failed: .*no_such_column/);
    expect(running.said()).toMatch(/^ {2}code +QUERY_ERROR$/m);
  });
});

describe('in a terminal', () => {
  it('an export shows how far it is, a bar for each file, and nothing of that in the end', async () => {
    const here = await world.place();
    const release = world.hold();
    const running = inTerminal(['export', some, '-o', 'out'], here);
    await running.saying(/\w{26} {2}(queued|executing|exporting|finalizing|UploadComplete|InProgress)/);
    release();
    expect(await running.ended).toBe(0);
    const drawn = running.out();
    expect(drawn).toMatch(/\.csv +[\d,]+ rows +\[#* *\] +\d+% {2}/);
    expect(drawn).toMatch(/\d\/\d+ files? +300,000 rows +\[/);
    const id = idIn(drawn);
    const end = screen(drawn);
    expect(end[0]).toBe(`Job ${id}`);
    expect(end.slice(1).join('\n')).toMatch(
      /^Job \w+: 300,000 rows, \d files, 10\.\d MB in \d s\n(out\/\S+\.csv\n)+\d files, 300,000 rows, 10\.\d MB in out$/,
    );
    await world.expectDownloaded(id, join(here.cwd, 'out'));
  });

  it('Ctrl-C tells the id of the job, which goes on; watch and download take it up again', async () => {
    const release = world.hold();
    const here = await world.place();
    const running = inTerminal(['export', 'SELECT 7 AS seven', '-o', 'my out'], here);
    const [, id = ''] = await running.saying(/Job (\w{26})/);
    await running.saying(/executing|queued/);
    running.type('\u0003');
    expect(await running.ended).toBe(130);
    expect(running.out()).toContain(`spectra jobs watch ${id}`);
    expect(running.out()).toContain(`spectra jobs download ${id} -o 'my out'`);
    release();
    const watched = await world.cli(['jobs', 'watch', id]);
    expect(watched).toMatchObject({ code: 0, out: expect.stringMatching(/: 1 row, \d files?, \d+ B/) as string });
    const dir = join(here.cwd, 'my out');
    expect(await world.cli(['jobs', 'download', id, '-o', dir])).toMatchObject({ code: 0 });
    await world.expectDownloaded(id, dir);
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
    const broken = await world.cli(['jobs', 'download', job_id, '-o', dir], { signal: stop.signal });
    expect(broken).toMatchObject({ code: 130, out: '' });
    expect(broken.said).toContain(`spectra jobs download ${job_id} -o ${dir}`);
    expect((await readdir(dir)).some((name) => name.endsWith('.part'))).toBe(true);
    world.reset();
    const rest = await world.cli(['jobs', 'download', job_id, '-o', dir, '--json']);
    expect(rest.code).toBe(0);
    const [file] = records(rest.out) as { bytes: number; resumed: number }[];
    const fetched = world.s3.seen.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(file?.resumed).toBeGreaterThan(1_000_000);
    expect(fetched + (file?.resumed ?? 0)).toBe(file?.bytes);
    await world.expectDownloaded(job_id, dir);
  });

  it('of a job that still runs waits for it; one of a failed job fails with it', async () => {
    const release = world.hold();
    const { job_id } = await world.service.demo.start('SELECT 1 AS one');
    const dir = await world.folder();
    const downloading = world.cli(['jobs', 'download', job_id, '-o', dir]);
    await until('the first look', () => world.api.seen.length > 0 || undefined);
    release();
    expect(await downloading).toMatchObject({ code: 0 });
    await world.expectDownloaded(job_id, dir);
    const failed = await world.service.demo.start('SELECT nothing FROM flights');
    expect(await world.cli(['jobs', 'download', failed.job_id, '-o', dir])).toMatchObject({ code: 5, out: '' });
  });
});

it('what docs/cli.md shows works when it is pasted as it is', async () => {
  const page = await readFile('docs/cli.md', 'utf8');
  const [, script = ''] = /<!-- walkthrough -->\s+```bash\n([^]*?)```/.exec(page) ?? [];
  const here = await world.place();
  const path = join(here.cwd, 'spectra');
  await writeFile(path, `#!/bin/sh\nexec ${nodeExecutable()} ${here.command} "$@"\n`, { mode: 0o755 });
  const PATH = `${here.cwd}:${process.env.PATH ?? ''}`;
  const child = spawn('bash', ['--norc', '--noprofile', '-eu', '-c', script], {
    cwd: here.cwd,
    env: { ...here.env, PATH },
  });
  const [shown, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(shown).toMatch(/^flights\n3000000\ndelays\/\S+\.csv\.gz\n[^]*"type":"file"[^]*refused with 1\n$/);
  expect(said).toContain('line 1: SELECT * FROM flights; DROP TABLE flights');
  expect(await readdir(join(here.cwd, 'some'))).not.toEqual([]);
});

describe('a load', () => loads(() => world));

describe('keys and doctor', () => doctors(() => world));

describe('exit codes', () => exitCodes(() => world));

describe('other commands', () => {
  it('a dry run says of each query what the service says', async () => {
    for (const query of [
      'SELECT * FROM flights LIMIT 5',
      'SELECT pg_sleep(1)',
      'DELETE FROM flights',
      'SELECT a,',
      ' ',
    ]) {
      const tried = await world.cli(['export', query, '--dry-run', '--json']);
      if (query === ' ') expect(tried.code).toBe(2);
      else {
        const done = await world.cli(['export', query, '--async', '--json']);
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
    const shown = await world.cli(['query', sql, '--param', 'n=3']);
    expect(shown).toMatchObject({ code: 0, out: ' n  x\n 3  x\n22  NULL\n' });
    const lines = await world.cli(['query', sql, '--param', 'n=3', '--json', '-q']);
    expect(lines).toEqual({ code: 0, out: '{"n":3,"x":"x"}\n{"n":22,"x":null}\n', said: '' });
    const less = await world.cli(['query', 'SELECT * FROM flights', '--max-rows', '1']);
    expect(less.said).toMatch(/^Warning: there are more rows/m);
  });

  it('jobs are listed by filters, and it is said when there are more', async () => {
    for (const one of [1, 2, 3]) await world.service.demo.create({ query: `SELECT ${one}`, tag: 'cli list' });
    const listed = await world.cli(['jobs', 'list', '--tag', 'cli list', '-n', '2', '--unfinished', '--state', 'open']);
    expect(listed.out.split('\n')).toHaveLength(4);
    expect(listed.said).toMatch(/There are more/);
    const all = await world.cli(['jobs', 'list', '--tag', 'cli list', '--json', '--since', '2001-01-01']);
    expect(records(all.out)).toHaveLength(3);
    expect(await world.cli(['jobs', 'list', '--tag', 'nobody has it'])).toMatchObject({ code: 0, out: '' });
  });

  it('local is that of the clone, with the options as they were given', async () => {
    const running = inPipe(['local', '--port', 'http'], { ...(await world.place()), command: 'cli/main.ts', cwd: '.' });
    expect(await running.ended).toBe(2);
    expect(running.said()).toContain('Usage: npm run local');
    const installed = inPipe(['local'], await world.place());
    expect(await installed.ended).toBe(1);
    expect(installed.said()).toMatch(/comes with a clone of the project[^]*npm ci/);
  });

  it('completion is what bash evaluates without a word, and completes as it stands in the table', async () => {
    const { out } = await world.cli(['completion', 'bash']);
    const complete = (line: string) =>
      `COMP_WORDS=(${line}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _spectra; echo "\${COMPREPLY[*]}"`;
    const lines = [
      'spectra ex',
      'spectra jobs ""',
      'spectra jobs list --sta',
      'spectra --profile jobs export x --format ""',
      'spectra load cli/mai',
      'spectra keys create -o',
      'spectra completion ""',
    ];
    const child = spawn('bash', ['--norc', '--noprofile', '-eu', '-c', [out, ...lines.map(complete)].join('\n')]);
    const [shown, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(said).toBe('');
    expect(shown.split('\n').map((line) => line.slice(0, 60))).toEqual([
      'export',
      'list get watch cancel retry download rows logs',
      '--state',
      'csv json parquet',
      'cli/main.ts',
      '',
      expect.stringMatching(/^bash zsh fish --/) as string,
      '',
    ]);
  });
});
