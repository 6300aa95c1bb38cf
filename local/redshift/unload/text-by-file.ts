import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlString } from '../sql/rewriter.ts';
import { cutRows, type RowCut } from './cut-rows.ts';
import type { FilePiece } from './delivery.ts';
import { inFolder, type Export, type ExportContext } from './export.ts';
import { fileKey } from './file-names.ts';
import type { UnloadedFile } from './file-series.ts';
import { headerLine, textLayout } from './text-layout.ts';

const NOTHING: RowCut = { offset: 0, bytes: 0, rows: 0 };

/**
 * Text for a delivery by reference: the engine writes one file with all its threads, and stretches of it become the
 * objects, each behind its header line. The rows are neither copied nor, for the most part, read.
 */
export async function exportTextByFile(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, connection, signal } = context;
  const { select, copyOptions, rows: format } = textLayout(command, from.columns);
  const header = headerLine(command, from.columns);
  return await inFolder(context, async (folder) => {
    const path = join(folder, 'rows');
    const top: FilePiece = { path: join(folder, 'header'), offset: 0, bytes: header?.length ?? 0 };
    if (header !== undefined) await writeFile(top.path, header);
    const sql = `COPY (SELECT ${select} FROM ${from.source}) TO ${sqlString(path)} (${copyOptions}, USE_TMP_FILE false)`;
    const { rowsChanged: rows } = await connection.run(sql);
    signal.throwIfAborted();
    const slices = command.parallel ? context.slices : 1;
    const cuts = await cutRows({ path, format, rows, slices, maxBytes: command.maxFileBytes - top.bytes });
    const store = async (slice: number, part: number, cut: RowCut): Promise<UnloadedFile> => {
      const key = fileKey(command, from.prefix, slice, part);
      const body: FilePiece = { path, offset: cut.offset, bytes: cut.bytes };
      await context.delivery.deliver({ ...context, bucket: command.bucket, key }, header ? [top, body] : [body]);
      return { key, bytes: top.bytes + cut.bytes, records: cut.rows + (header ? 1 : 0) };
    };
    const files: UnloadedFile[] = [];
    const evenEmpty = from.always && command.format.kind !== 'JSON';
    for (const [slice, series] of cuts.entries()) {
      const wanted = series.length === 0 && evenEmpty ? [NOTHING] : series;
      for (const [part, cut] of wanted.entries()) files.push(await store(slice, part, cut));
    }
    return files;
  });
}
