import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DescribeStatementCommandOutput } from '@aws-sdk/client-redshift-data';
import { bucket, type Value, type World } from '../harness.ts';

export interface Loading {
  /** Stores an object and copies it into a table. */
  load(table: string, body: string | Buffer, options: string): Promise<DescribeStatementCommandOutput>;
  put(key: string, body: string | Buffer): Promise<void>;
  copy(table: string, key: string, options: string): Promise<DescribeStatementCommandOutput>;
  /** Creates a table of a name of its own. */
  table(columns: string): Promise<string>;
  /** Lines, columns, codes and reasons of what the last load of a table rejected. */
  errorsOf(described: DescribeStatementCommandOutput): Promise<Value[][]>;
}

export function loadingInto(world: World): Loading {
  let count = 0;
  const put: Loading['put'] = async (Key, Body) => {
    await world.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body) }));
  };
  const copy: Loading['copy'] = (table, key, options) =>
    world.run(`copy ${table} from 's3://${bucket}/${key}' iam_role default ${options}`);
  return {
    put,
    copy,
    async load(table, body, options) {
      count += 1;
      const key = `load/${count}/file`;
      await put(key, body);
      return copy(table, key, options);
    },
    async table(columns) {
      count += 1;
      const name = `t${count}`;
      const { Error: error } = await world.run(`create table ${name} (${columns})`);
      if (error !== undefined) throw new Error(error);
      return name;
    },
    errorsOf: ({ RedshiftQueryId: id = 0 }) =>
      world.rows(
        `select line_number, column_name, error_code, error_message from sys_load_error_detail
         where query_id = ${id} order by line_number`,
      ),
  };
}

/** What a load that rejects too much says. */
export const failure = (table: string): string =>
  `ERROR: Load into table '${table}' failed. Check the 'sys_load_error_detail' system table for details. [XX000]`;
