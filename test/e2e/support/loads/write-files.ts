import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Compression } from '../../../../contract/formats.ts';
import { bzip2 } from '../../../local/redshift/copy/packers.ts';

export async function compress(text: string | Buffer, compression: Compression): Promise<Buffer> {
  const plain = Buffer.from(text);
  switch (compression) {
    case 'NONE':
      return plain;
    case 'GZIP':
      return gzipSync(plain);
    case 'ZSTD':
      return zstdCompressSync(plain);
    case 'BZIP2':
      return bzip2(plain);
  }
}

/** A Parquet file of what a query returns, written by an engine of its own. */
export async function parquetOf(workDir: string, query: string): Promise<Buffer> {
  const path = join(await mkdtemp(join(workDir, 'parquet-')), 'file.parquet');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    return await readFile(path);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
