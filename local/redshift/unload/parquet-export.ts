import { join } from 'node:path';
import { sqlString } from '../sql/rewriter.ts';
import { projection } from './columns.ts';
import type { FilePiece } from './delivery.ts';
import { inFolder, type Export, type ExportContext } from './export.ts';
import { fileKey } from './file-names.ts';
import type { UnloadedFile } from './file-series.ts';

interface LocalFile extends FilePiece {
  readonly rows: number;
}

/** From here on a size limit makes the engine roll its files; below, each of its threads writes one. */
const UNLIMITED_BYTES = 4 * 1024 ** 3;
const DELIVERIES_AT_ONCE = 2;

async function write({ command, connection }: ExportContext, from: Export, directory: string): Promise<LocalFile[]> {
  const several = command.maxFileBytes < UNLIMITED_BYTES;
  const single = join(directory, 'single.parquet');
  const rolled = `FILE_SIZE_BYTES ${Math.floor(command.maxFileBytes * 0.8)}`;
  const layout = several ? rolled : command.parallel ? 'PER_THREAD_OUTPUT true' : 'USE_TMP_FILE false';
  const path = several || command.parallel ? join(directory, 'files') : single;
  const sql = `COPY (SELECT ${projection(from.columns, command.format)} FROM ${from.source})
    TO ${sqlString(path)} (FORMAT parquet, COMPRESSION snappy, ${layout}, RETURN_STATS true)`;
  const written = (await connection.runAndReadAll(sql)).getRowObjects();
  const files = written.map((row): LocalFile => ({
    path: String(row.filename),
    offset: 0,
    bytes: Number(row.file_size_bytes),
    rows: Number(row.count),
  }));
  return files.filter(({ rows }) => rows > 0).sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/** Parquet: the engine writes files (its footer comes last), which are delivered once they are whole. */
export async function exportParquet(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, signal, delivery } = context;
  return await inFolder(context, async (folder) => {
    const local = await write(context, from, folder);
    const slices = command.parallel ? context.slices : 1;
    const done: UnloadedFile[] = [];
    const store = async ({ rows, ...piece }: LocalFile, index: number): Promise<void> => {
      const key = fileKey(command, from.prefix, index % slices, Math.floor(index / slices));
      await delivery.deliver({ ...context, bucket: command.bucket, key }, [piece]);
      done.push({ key, bytes: piece.bytes, records: rows });
    };
    for (let index = 0; index < local.length; index += DELIVERIES_AT_ONCE) {
      signal.throwIfAborted();
      const next = local.slice(index, index + DELIVERIES_AT_ONCE);
      await Promise.all(next.map((file, offset) => store(file, index + offset)));
    }
    return done.sort((a, b) => a.key.localeCompare(b.key, 'en'));
  });
}
