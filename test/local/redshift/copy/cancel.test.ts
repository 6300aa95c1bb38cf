import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
} from '@aws-sdk/client-redshift-data';
import { bucket, startWorld, target } from '../harness.ts';
import { loadingInto } from './loading.ts';
import { bzip2 } from './packers.ts';

const ROWS = 2_000_000;

/** Files of COPYs that are under way or left behind, with their sizes, in the folders that are not known. */
async function filesOfCopies(known: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const folders = (await readdir(tmpdir())).filter(
    (name) => name.startsWith('spectra-redshift-') && !known.includes(name),
  );
  for (const folder of folders) {
    const inside = await readdir(join(tmpdir(), folder), { recursive: true }).catch((): string[] => []);
    for (const name of inside.filter((path) => path.startsWith('copy-'))) {
      const size = await stat(join(tmpdir(), folder, name)).then(
        (entry) => (entry.isFile() ? entry.size : -1),
        () => -1,
      );
      found.set(name.split('/').at(-1) ?? '', size);
    }
  }
  return found;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 20_000; attempt += 1) {
    if (await holds()) return;
    await delay(1);
  }
  throw new Error('it did not come to that');
}

describe('a COPY that is cancelled', () => {
  const ordinary = Buffer.from(Array.from({ length: ROWS }, (_, n) => `${n},${n * 7},x\n`).join(''));
  const crlf = Buffer.from(ordinary.toString().replaceAll('\n', '\r\n'));
  type Files = ReadonlyMap<string, number>;
  const phases: [string, string, () => Buffer | Promise<Buffer>, (files: Files) => boolean][] = [
    ['fetching', 'csv', () => ordinary, (files) => (files.get('file') ?? -1) >= 0],
    ['reading', 'csv', () => ordinary, (files) => files.get('file') === ordinary.length],
    ['cleaning', 'csv', () => crlf, (files) => (files.get('file.rows') ?? -1) >= 0],
    ['decompressing', 'csv bzip2', () => bzip2(ordinary), (files) => (files.get('file.raw') ?? -1) >= 0],
  ];

  it.each(phases)('while %s loads nothing and leaves no file behind', async (_, options, body, isThere) => {
    const known = await readdir(tmpdir());
    const world = await startWorld({ threads: 1 });
    try {
      const loading = loadingInto(world);
      const table = await loading.table('a int, b int, c varchar(9)');
      await loading.put('large', await body());
      const Sql = `copy ${table} from 's3://${bucket}/large' iam_role default ${options}`;
      const { Id } = await world.client.send(new ExecuteStatementCommand({ ...target, Sql }));
      await until(async () => isThere(await filesOfCopies(known)));
      await world.client.send(new CancelStatementCommand({ Id }));
      const ended = await world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
      expect(ended.Status).toBe('ABORTED');
      expect(await world.rows(`select count(*) from ${table}`)).toEqual([[0]]);
      expect([...(await filesOfCopies(known)).keys()]).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
