import { DuckDBInstance, version } from '@duckdb/node-api';
import { join } from 'node:path';
import * as z from 'zod';
import { timed } from '../service/http.ts';
import { serve } from '../worker.ts';
import { bareLoad, fullLoad } from './plain-sql.ts';
import { memoryGb, resetSql, taskOf } from './tasks.ts';

const peers = { bare: bareLoad, full: fullLoad };
const Settings = z.object({ threads: z.string(), memory: z.string() });
const Arguments = z.tuple([z.string(), z.enum(['bare', 'full'])]);
const [folder, peer] = Arguments.parse(process.argv.slice(2));

await serve(async () => {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${memoryGb}GB` });
  const connection = await instance.connect();
  await connection.run('CREATE SCHEMA IF NOT EXISTS demo');
  await connection.run(`CREATE TABLE source AS SELECT * FROM read_parquet('${join(folder, 'flights.parquet')}')`);
  const settings = await connection.runAndReadAll(
    `SELECT current_setting('threads')::VARCHAR AS threads, current_setting('memory_limit') AS memory`,
  );
  const { threads, memory } = Settings.parse(settings.getRowObjectsJson()[0]);
  return {
    about: `DuckDB ${version()} with threads ${threads}, memory_limit ${memory}, both as the service's engine has them`,
    run: async (label) => {
      const task = taskOf(label);
      const { load, clear } = peers[peer](task, folder);
      await connection.run(resetSql(task, 'source'));
      const run = async (): Promise<void> => {
        for (const sql of load) await connection.run(sql);
      };
      const seconds = (await timed(run)) / 1000;
      for (const sql of clear) await connection.run(sql);
      return { seconds };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
});
