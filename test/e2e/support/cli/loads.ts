import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Interrupted } from '../../../../cli/io.ts';
import { records, screen } from '../../../support/cli/fake-io.ts';
import { inPipe, inTerminal } from './processes.ts';
import type { CliWorld } from './world.ts';

/** What `spectra load` promises. */
export function loads(world: () => CliWorld): void {
  const table = async (name: string): Promise<string> => {
    await world().service.aws.redshift.query(`CREATE TABLE demo.${name} (id INTEGER, name VARCHAR(20))`);
    return `demo.${name}`;
  };
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(await world().folder(), name);
    await writeFile(path, content);
    return path;
  };
  const rowsOf = (object: string) => world().service.aws.redshift.query(`SELECT id, name FROM ${object} ORDER BY id`);

  it('applies what it can: rejected rows are warned of one by one, and the code is 0', async () => {
    const object = await table('cli_rejected');
    const path = await file('rows.csv', 'id,name\n1,one\nx,two\n3,three\n');
    const loaded = await world().cli(['load', path, '--into', object]);
    expect(loaded).toMatchObject({ code: 0, out: expect.stringMatching(/^\w{26}\n$/) as string });
    expect(loaded.said).toMatch(/2 rows applied, 1 rejected/);
    expect(loaded.said).toMatch(/^Warning: .*\(ROWS_REJECTED\)$/m);
    expect(loaded.said).toMatch(/^Warning: {3}line 3, id: INVALID_VALUE/m);
    expect(await rowsOf(object)).toEqual([
      { id: 1, name: 'one' },
      { id: 3, name: 'three' },
    ]);
    const strict = await world().cli(['load', path, '--into', object, '--all-or-nothing', '--json']);
    expect(strict.code).toBe(5);
    expect(records(strict.out).at(-1)).toMatchObject({ type: 'error', code: 'ROWS_REJECTED' });
  });

  it('of several files is one job, in which a key is rejected that two of them have', async () => {
    const object = await table('cli_upsert');
    const first = await file('a.csv', 'id,name\n1,one\n2,two\n');
    const second = await file('b.csv', 'id,name\n2,deux\n3,trois\n');
    const loaded = await world().cli(['load', first, second, '--into', object, '--upsert', 'id']);
    expect(loaded.code).toBe(0);
    expect(loaded.said).toMatch(/^Job \w{26}: a\.csv, b\.csv$/m);
    expect(loaded.said).toMatch(/2 rows applied, 2 rejected/);
    expect(loaded.said).toMatch(/^Warning: {3}file 2, line 2: DUPLICATE_KEY/m);
    expect(await rowsOf(object)).toMatchObject([{ name: 'one' }, { name: 'trois' }]);
    const json = await file('c.json', '{"id":4}\n');
    const mixed = await world().cli(['load', first, json, '--into', object]);
    expect(mixed).toMatchObject({
      code: 2,
      out: '',
      said: expect.stringMatching(/a\.csv is CSV, .*c\.json is JSON/) as string,
    });
  });

  it('of several files shows in a terminal how far each is and all are, and nothing of that in the end', async () => {
    const object = await table('cli_terminal');
    const here = await world().place();
    const line = `1,${'x'.repeat(15)}\n`;
    for (const name of ['a.csv', 'b.csv']) await writeFile(join(here.cwd, name), `id,name\n${line.repeat(200_000)}`);
    const running = inTerminal(['load', 'a.csv', 'b.csv', '--into', object], here);
    expect(await running.ended).toBe(0);
    expect(running.out()).toMatch(/2 files +\[#* *\] +\d+% {2}/);
    const [first, second, third] = screen(running.out());
    expect(first).toMatch(/^Job (\w{26}): a\.csv, b\.csv$/);
    expect(second).toMatch(/^Job \w{26}: 400,000 rows applied in \d+ s$/);
    expect(third).toMatch(/^\w{26}$/);
  });

  it('writes the rejected rows where it is told to: as a whole, also when the job fails, and mended they load', async () => {
    const object = await table('cli_rejects');
    const path = await file('rows.csv', 'id,name\n1,"one, two"\nx,three\n');
    const rejects = join(await world().folder(), 'rejected.csv');
    const strict = await world().cli(['load', path, '--into', object, '--rejects', rejects, '--all-or-nothing']);
    expect(strict).toMatchObject({ code: 5, out: '' });
    const rejected = await readFile(rejects, 'utf8');
    expect(rejected).toMatch(/^id,name,_error,_line,_file,_column\nx,three,.*INVALID_VALUE[^\n]*\n$/);
    expect(await readdir(dirname(rejects))).toEqual(['rejected.csv']);
    const loaded = await world().cli(['load', path, '--into', object, '--rejects', rejects, '--json']);
    expect(loaded.code).toBe(0);
    expect(records(loaded.out).at(-1)).toMatchObject({ type: 'file', path: rejects, verified: true });
    expect(await readFile(rejects, 'utf8')).toBe(rejected);
    await writeFile(rejects, rejected.replace('\nx,', '\n2,'));
    const mended = [
      'load',
      rejects,
      '--into',
      object,
      '--map',
      'id=id',
      '--map',
      'name=name',
      '--rejects',
      `${rejects}.2`,
    ];
    expect(await world().cli(mended)).toMatchObject({ code: 0 });
    expect(await rowsOf(object)).toEqual([
      { id: 1, name: 'one, two' },
      { id: 2, name: 'three' },
    ]);
    expect((await readFile(`${rejects}.2`, 'utf8')).split('\n')).toHaveLength(2);
    const broken = await file('broken.csv', 'nobody\n1\n');
    const none = await world().cli(['load', broken, '--into', object, '--upsert', 'id', '--rejects', `${rejects}.3`]);
    expect(none).toMatchObject({ code: 5, said: expect.stringContaining('no row was read') as string });
    expect((await readdir(dirname(rejects))).sort()).toEqual(['rejected.csv', 'rejected.csv.2']);
  });

  it('has its rows to look at afterwards: piped, as objects, in a folder', async () => {
    const object = await table('cli_rows');
    const path = await file('rows.csv', 'id,name\n1,one\nx,two\n');
    const id = (await world().cli(['load', path, '--into', object, '-q'])).out.trim();
    const here = await world().place();
    const piped = inPipe(['jobs', 'rows', id], here);
    expect(await piped.ended).toBe(0);
    expect(piped.out()).toMatch(/^id,name,_error,_line,_file,_column\nx,two,.*\n$/);
    expect(piped.said()).toBe('');
    const objects = await world().cli(['jobs', 'rows', id, '--kind', 'successful', '--json']);
    expect(records(objects.out)).toEqual([{ id: '1', name: 'one', _line: 2, _file: 1 }]);
    const dir = join(here.cwd, 'rows');
    const saved = await world().cli(['jobs', 'rows', id, '-o', dir, '--json']);
    expect(records(saved.out)).toMatchObject([
      { type: 'file', name: 'failed-results.csv', verified: true, resumed: 0 },
    ]);
    expect(await readFile(join(dir, 'failed-results.csv'), 'utf8')).toBe(piped.out());
    const none = await world().cli(['jobs', 'rows', id, '--kind', 'unprocessed']);
    expect(none).toEqual({ code: 0, out: '', said: `Job ${id} has no unprocessed rows.\n` });
    const query = await world().service.demo.complete('SELECT 1 AS one');
    expect(await world().cli(['jobs', 'rows', query.job_id])).toMatchObject({
      code: 1,
      said: expect.stringContaining('WRONG_OPERATION') as string,
    });
  });

  it('that fails before it is read gives its files back, but not to a terminal that cannot show them', async () => {
    const object = await table('cli_unprocessed');
    const first = await file('a.csv.gz', '');
    await writeFile(first, gzipSync('nobody\n1\n'));
    const load = ['load', first, '--into', object, '--upsert', 'id', '--async', '-q'];
    const id = (await world().cli(load)).out.trim();
    const asked = ['jobs', 'rows', id, '--kind', 'unprocessed'];
    const shown = await world().cli(asked, { terminal: 100 });
    expect(shown.code).toBe(2);
    expect(shown.said).toContain('no text for a terminal');
    const dir = await world().folder();
    expect(await world().cli([...asked, '-o', dir])).toMatchObject({ code: 0 });
    expect(gunzipSync(await readFile(join(dir, 'unprocessed-results.csv.gz'))).toString()).toBe('nobody\n1\n');
    const both = (await world().cli(['load', first, first, ...load.slice(2)])).out.trim();
    const several = await world().cli(['jobs', 'rows', both, '--kind', 'unprocessed']);
    expect(several).toMatchObject({ code: 1, out: '', said: expect.stringContaining('SEVERAL_FILES') as string });
  });

  it('that was stopped while it was sent is gone on with', async () => {
    const object = await table('cli_resume');
    const path = await file('rows.csv', 'id,name\n1,one\n');
    const more = await file('more.csv', 'id,name\n2,two\n');
    const stop = new AbortController();
    world().s3.fault = ({ method }) => {
      if (method === 'PUT') stop.abort(new Interrupted('SIGINT'));
      return { kind: 'lost' };
    };
    const broken = await world().cli(['load', path, more, '--into', object], { signal: stop.signal });
    expect(broken.code).toBe(130);
    const [, id = ''] = /load \S+\/rows\.csv \S+\/more\.csv --into \S+ --resume (\w{26})/.exec(broken.said) ?? [];
    world().reset();
    expect(await world().cli(['load', path, more, '--into', object, '--resume', id])).toMatchObject({
      code: 0,
      out: `${id}\n`,
    });
    expect(await rowsOf(object)).toHaveLength(2);
  });
}
