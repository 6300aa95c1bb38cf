import { sqlString } from '../sql/rewriter.ts';
import { jsonLine, needsExactJson, projection, type UnloadColumn } from './columns.ts';
import type { RowFormat } from './row-blocks.ts';
import type { UnloadCommand } from './unload-command.ts';

/** Marks quoted values in text without quotes, so that a newline in a value is not taken for the end of a row. */
const INVISIBLE_QUOTE = '\u0001';

/** JSON text has no control characters, so that neither this nor the quote occurs in it. */
const UNUSED_DELIMITER = '\u0002';

/** How the engine is to write rows as text. */
export interface TextLayout {
  readonly select: string;
  readonly copyOptions: string;
  readonly rows: RowFormat;
}

export function textLayout({ format }: UnloadCommand, columns: readonly UnloadColumn[]): TextLayout {
  const select = projection(columns, format);
  if (format.kind === 'PARQUET' || format.kind === 'JSON') {
    const rows = { quote: -1, stripQuotes: false };
    if (!needsExactJson(columns)) return { select, copyOptions: 'FORMAT json', rows };
    const copyOptions = `FORMAT csv, HEADER false, QUOTE '${INVISIBLE_QUOTE}', ESCAPE '${INVISIBLE_QUOTE}', DELIMITER '${UNUSED_DELIMITER}'`;
    return { select: jsonLine(columns, format), copyOptions, rows };
  }
  const visible = format.kind === 'CSV' || format.addQuotes;
  const quote = visible ? '"' : INVISIBLE_QUOTE;
  const force = format.addQuotes ? ', FORCE_QUOTE *' : '';
  return {
    select,
    copyOptions: `FORMAT csv, HEADER false, DELIMITER ${sqlString(format.delimiter)}, QUOTE ${sqlString(quote)},
      ESCAPE ${sqlString(quote)}, NULLSTR ${sqlString(format.nullAs ?? '')}${force}`,
    rows: { quote: quote.charCodeAt(0), stripQuotes: !visible },
  };
}

/** The line on top of each file, if one is wanted. */
export function headerLine({ format, header }: UnloadCommand, columns: readonly UnloadColumn[]): Buffer | undefined {
  if (!header || format.kind === 'PARQUET' || format.kind === 'JSON') return undefined;
  const quoted = (name: string): string => {
    const needed =
      format.addQuotes || (format.kind === 'CSV' && (/["\n\r]/.test(name) || name.includes(format.delimiter)));
    return needed ? `"${name.replaceAll('"', '""')}"` : name;
  };
  return Buffer.from(`${columns.map(({ name }) => quoted(name)).join(format.delimiter)}\n`);
}
