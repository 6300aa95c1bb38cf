import { DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';

export interface Fingerprint {
  rows: number;
  checksum: string;
}

const Row = z.object({ rows: z.coerce.number(), checksum: z.string().nullable() });

/** Row count and a checksum over every value of every row, whatever order the rows are in. */
export const fingerprintSql = (relation: string): string =>
  `SELECT count(*) AS rows, sum(hash(date, delay, distance, origin, destination))::VARCHAR AS checksum FROM ${relation}`;

export function readFingerprint(row: unknown): Fingerprint {
  const { rows, checksum } = Row.parse(row);
  return { rows, checksum: checksum ?? '' };
}

const columns = "{date: 'TIMESTAMP', delay: 'BIGINT', distance: 'BIGINT', origin: 'VARCHAR', destination: 'VARCHAR'}";

const readers = {
  CSV: (files: string) => `read_csv(${files}, header = true, columns = ${columns})`,
  JSON: (files: string) => `read_json(${files}, format = 'newline_delimited', columns = ${columns})`,
  PARQUET: (files: string) => `read_parquet(${files})`,
} as const;

/** The fingerprint of downloaded files, read by an engine of its own. */
export async function fingerprintFiles(content_type: keyof typeof readers, paths: string[]): Promise<Fingerprint> {
  const list = `[${paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}]`;
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(fingerprintSql(readers[content_type](list)));
    return readFingerprint(reader.getRowObjectsJson()[0]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
