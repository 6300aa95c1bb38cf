import * as z from 'zod';
import { ColumnDelimiter, Compression, ContentType } from './formats.ts';

export const LoadOperation = z.enum(['insert', 'update', 'upsert', 'delete']).meta({ id: 'LoadOperation' });
export type LoadOperation = z.infer<typeof LoadOperation>;

const PART = /(?:([A-Za-z_][A-Za-z0-9_$]*)|"((?:[^"]|"")+)")/y;
// eslint-disable-next-line no-control-regex -- no name has them, and NUL ends text in C
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A name as Redshift takes it: 1 to 127 bytes of UTF-8, without control characters. */
export function isIdentifier(name: string): boolean {
  const bytes = new TextEncoder().encode(name).length;
  return bytes > 0 && bytes <= 127 && name.isWellFormed() && !CONTROL.test(name);
}

/** Schema and table of `schema.table`: plain names in lower case, quoted ones as written. Undefined when it is no such name. */
export function objectNameParts(text: string): { schema: string; table: string } | undefined {
  const names: string[] = [];
  let at = 0;
  for (let part = 0; part < 2; part += 1) {
    if (part > 0 && text[at++] !== '.') return undefined;
    PART.lastIndex = at;
    const found = PART.exec(text);
    if (!found) return undefined;
    at = PART.lastIndex;
    names.push(found[1]?.toLowerCase() ?? (found[2] ?? '').replaceAll('""', '"'));
  }
  const [schema = '', table = ''] = names;
  return at === text.length && isIdentifier(schema) && isIdentifier(table) ? { schema, table } : undefined;
}

/** A table with its schema. */
export const ObjectName = z
  .string()
  .min(3)
  .max(520)
  .refine((text) => objectNameParts(text) !== undefined, 'is not schema.table')
  .describe('schema.table: plain names (case does not matter), or double-quoted ones');
export type ObjectName = z.infer<typeof ObjectName>;

const ColumnName = z.string().min(1).max(127).refine(isIdentifier, 'is not a column name');

export const ColumnMapping = z
  .strictObject({
    source_column: ColumnName.describe('A column of the file; case does not matter'),
    target_column: ColumnName.describe('A column of the table'),
    transform: z
      .string()
      .min(1)
      .max(4000)
      .optional()
      .describe(
        'One scalar SQL expression on columns of the file, which are text; that of a BOOLEAN column must be a condition',
      ),
  })
  .meta({ id: 'ColumnMapping' });
export type ColumnMapping = z.infer<typeof ColumnMapping>;

export const LineEnding = z.enum(['LF', 'CRLF']).meta({ id: 'LineEnding' });
export type LineEnding = z.infer<typeof LineEnding>;

/** How uploaded files are read and put into the table; which options go together is judged in core/load/options.ts. */
export const LoadOptions = z.object({
  external_id_field: z
    .union([ColumnName, z.array(ColumnName).min(1).max(8)])
    .optional()
    .describe('Key columns of the table: for update, upsert and delete'),
  column_mappings: z
    .array(ColumnMapping)
    .min(1)
    .max(400)
    .optional()
    .describe('Without it, columns go by equal name; with it, other columns of the file are ignored'),
  content_type: ContentType.default('CSV'),
  compression: Compression.default('NONE').describe('PARQUET is compressed within and takes NONE only'),
  column_delimiter: ColumnDelimiter.default('COMMA').describe('CSV only'),
  line_ending: LineEnding.optional().describe('CSV only: found out when left out, else checked against the header'),
  null_as: z
    .string()
    .min(1)
    .max(32)
    .refine((text) => text.isWellFormed(), 'has half a character (a lone surrogate)')
    .optional()
    .describe('CSV only: what stands for NULL; without it an empty field does'),
  max_errors: z
    .int()
    .min(0)
    .max(100_000)
    .default(100_000)
    .describe('With more rejected rows than this, the job fails and nothing is applied'),
  all_or_nothing: z.boolean().default(false).describe('One rejected row fails the job'),
});
export type LoadOptions = z.infer<typeof LoadOptions>;
