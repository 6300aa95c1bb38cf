import type { Context } from '../context.ts';
import { UsageError } from '../fault.ts';

/** The query of a command line, or what standard input has where that is `-`. */
export async function queryText(context: Context): Promise<string> {
  const [given = ''] = context.positionals;
  const sql = given === '-' ? await context.io.stdin() : given;
  if (sql.trim() === '') throw new UsageError('The query is empty.', 'spectra export "SELECT ..." -o DIR');
  context.query = sql;
  return sql;
}

/** How the result is written, as the API takes it. */
export function exportBody({ values }: Context) {
  const partition_by = values.list('partition-by');
  return {
    content_type: values.choice('format', ['CSV', 'JSON', 'PARQUET'] as const),
    compression: values.choice('compression', ['NONE', 'GZIP', 'ZSTD', 'BZIP2'] as const),
    column_delimiter: values.choice('delimiter', ['COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE'] as const),
    null_as: values.text('null-as'),
    partition_by: partition_by.length === 0 ? undefined : partition_by,
    max_file_size_mb: values.whole('max-file-size'),
    single_file: values.flag('single-file') ? true : undefined,
    tag: values.text('tag'),
  };
}
