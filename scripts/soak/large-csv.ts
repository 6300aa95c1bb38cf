import { DuckDBInstance } from '@duckdb/node-api';
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { flights, flightsOnce } from './flights.ts';

export interface LargeCsv {
  bytes: number;
  rows: number;
  checksum: string;
}

/** A row of the file, about. */
const bytesPerRow = 43;

const Facts = z.object({ rows: z.coerce.number(), checksum: z.string() });
export const readFacts = (row: unknown): Omit<LargeCsv, 'bytes'> => Facts.parse(row);

/** Number of rows, and a checksum over all their values, in whatever order they are. */
export const factsSql = (relation: string): string =>
  `SELECT count(*) AS rows, sum(hash(id, date, delay, distance, origin, destination))::VARCHAR AS checksum FROM ${relation} AS facts`;

/** Writes flights again and again, numbered through, until the file is about as large as wanted. */
export async function writeLargeCsv(path: string, megabytes: number): Promise<LargeCsv> {
  const wanted = Math.ceil((megabytes * 1e6) / bytesPerRow);
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    const again = Math.ceil(wanted / flightsOnce);
    const rows = `(SELECT round * ${flightsOnce} + file_row_number AS id, date, delay, distance, origin, destination
      FROM read_parquet('${flights}', file_row_number = true), range(${again}) AS rounds(round)
      WHERE round * ${flightsOnce} + file_row_number < ${wanted})`;
    await connection.run(`COPY ${rows} TO '${path}' (FORMAT csv, HEADER true)`);
    const facts = await connection.runAndReadAll(factsSql(rows));
    return { bytes: (await stat(path)).size, ...readFacts(facts.getRowObjectsJson()[0]) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
