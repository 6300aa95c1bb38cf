import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Interrupted } from '../../../../cli/io.ts';
import { records } from '../../../support/cli/fake-io.ts';
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

  it('of several files changes rows by their key, in the order of the files', async () => {
    const object = await table('cli_upsert');
    const first = await file('a.csv', 'id,name\n1,one\n2,two\n');
    const second = await file('b.json', '{"id":2,"name":"deux"}\n{"id":3,"name":"trois"}\n');
    const loaded = await world().cli(['load', first, second, '--into', object, '--upsert', 'id', '--json']);
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
    world().s3.fault = ({ method }) => {
      if (method === 'PUT') stop.abort(new Interrupted('SIGINT'));
      return { kind: 'lost' };
    };
    const broken = await world().cli(['load', path, '--into', object], { signal: stop.signal });
    expect(broken.code).toBe(130);
    const [, id = ''] = /--resume (\w{26})/.exec(broken.said) ?? [];
    world().reset();
    expect(await world().cli(['load', path, '--into', object, '--resume', id])).toMatchObject({
      code: 0,
      out: `${id}\n`,
    });
    expect(await rowsOf(object)).toHaveLength(1);
  });
}
