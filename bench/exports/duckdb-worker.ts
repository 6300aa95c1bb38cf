import { DuckDBInstance, version } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { timed } from '../service/http.ts';
import { formats, query, table, tableFile } from './formats.ts';
import { serve } from '../worker.ts';

const Settings = z.object({ threads: z.string(), memory: z.string() });

await serve(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-duckdb-'));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_parquet('${tableFile}')`);
  const settings = await connection.runAndReadAll(
    `SELECT current_setting('threads')::VARCHAR AS threads, current_setting('memory_limit') AS memory`,
  );
  const { threads, memory } = Settings.parse(settings.getRowObjectsJson()[0]);
  const copy = (options: string) => connection.run(`COPY (${query}) TO '${join(folder, 'file')}' (${options})`);
  await copy('FORMAT csv');
  return {
    about: `DuckDB ${version()} with its defaults (threads ${threads}, memory_limit ${memory}), COPY to one local file`,
    run: async (label) => {
      const format = formats.find((each) => each.label === label);
      if (format === undefined) throw new Error(`No format ${label}`);
      await rm(join(folder, 'file'), { force: true });
      return { seconds: (await timed(() => copy(format.copy))) / 1000 };
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
