import { DuckDBInstance, version } from '@duckdb/node-api';
import { join } from 'node:path';
import * as z from 'zod';
import { timed } from '../service/http.ts';
import { serve } from '../worker.ts';
import { columns, resetSql, table, taskOf, type Task } from './tasks.ts';

const Settings = z.object({ threads: z.string(), memory: z.string() });
const [folder = ''] = process.argv.slice(2);
const names = Object.keys(columns);

function loadSql({ file, load }: Task): string[] {
  const path = join(folder, file);
  const from =
    load.content_type === 'CSV' ? `read_csv('${path}', header = true, all_varchar = true)` : `read_parquet('${path}')`;
  const typed = Object.entries(columns).map(([name, type]) => `TRY_CAST(${name} AS ${type}) AS ${name}`);
  const sets = names.filter((name) => name !== 'id').map((name) => `${name} = staged.${name}`);
  const apply =
    load.operation === 'insert'
      ? `INSERT INTO ${table} SELECT * FROM staged`
      : `MERGE INTO ${table} AS t USING staged ON t.id = staged.id WHEN MATCHED THEN UPDATE SET ${sets.join(', ')}
         WHEN NOT MATCHED THEN INSERT VALUES (${names.map((name) => `staged.${name}`).join(', ')})`;
  return [
    'BEGIN',
    `CREATE TEMP TABLE staged AS SELECT ${typed.join(', ')} FROM ${from}`,
    apply,
    'DROP TABLE staged',
    'COMMIT',
  ];
}

await serve(async () => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run('CREATE SCHEMA IF NOT EXISTS demo');
  await connection.run(`CREATE TABLE source AS SELECT * FROM read_parquet('${join(folder, 'flights.parquet')}')`);
  const settings = await connection.runAndReadAll(
    `SELECT current_setting('threads')::VARCHAR AS threads, current_setting('memory_limit') AS memory`,
  );
  const { threads, memory } = Settings.parse(settings.getRowObjectsJson()[0]);
  return {
    about: `DuckDB ${version()} with its defaults (threads ${threads}, memory_limit ${memory}): file, TRY_CAST of each column, table`,
    run: async (label) => {
      const task = taskOf(label);
      await connection.run(resetSql(task, 'source'));
      const load = async (): Promise<void> => {
        for (const sql of loadSql(task)) await connection.run(sql);
      };
      return { seconds: (await timed(load)) / 1000 };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
});
