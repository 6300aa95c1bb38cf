import * as z from 'zod';
import { ColumnDelimiter, Compression, ContentType } from './formats.ts';

/** What is done with the rows of uploaded files. */
export const LoadOperation = z.enum(['insert', 'update', 'upsert', 'delete']).meta({ id: 'LoadOperation' });
export type LoadOperation = z.infer<typeof LoadOperation>;

/** A name as Redshift takes it without quotes: it is folded to lower case. */
const plain = String.raw`[A-Za-z_][A-Za-z0-9_$]{0,126}`;
const quoted = String.raw`"(?:[^"\u0000]|""){1,127}"`;

/** `schema.table`; each part plain, or in double quotes. */
export const ObjectName = z
  .string()
  .max(520)
  .regex(
    new RegExp(`^(?:${plain}|${quoted})\\.(?:${plain}|${quoted})$`, 'u'),
    'Expected schema.table, such as sales.accounts',
  );

const ColumnName = z
  .string()
  .min(1)
  .refine((name) => name.isWellFormed() && !name.includes('\0'), 'has half a character or a zero character')
  .refine((name) => new TextEncoder().encode(name).length <= 127, 'at most 127 bytes');

export const ColumnMapping = z.strictObject({
  source_column: ColumnName.describe("A column of the file, by its header or its object's key; case does not matter"),
  target_column: ColumnName.describe('The column of the table that it goes to'),
  transform: z
    .string()
    .min(1)
    .max(8192)
    .optional()
    .describe('A scalar expression in Redshift SQL over columns of the file; instead of the column as it is'),
});
export type ColumnMapping = z.infer<typeof ColumnMapping>;

/** How files are read and what becomes of their rows. Which options go together is judged in core/load. */
export const LoadOptions = z.object({
  content_type: ContentType.default('CSV'),
  compression: Compression.default('NONE').describe(
    'Of the whole file; PARQUET is compressed within and takes NONE only',
  ),
  column_delimiter: ColumnDelimiter.default('COMMA').describe('CSV only'),
  line_ending: z
    .enum(['LF', 'CRLF'])
    .optional()
    .describe('CSV only: checked against the header of each file; by default either is taken'),
  null_as: z
    .string()
    .max(32)
    .refine((text) => text.isWellFormed(), 'has half a character (a lone surrogate)')
    .optional()
    .describe('CSV only: what stands for NULL; without it an empty field does'),
  external_id_field: z
    .union([ColumnName.transform((name) => [name]), z.array(ColumnName).min(1).max(8)])
    .optional()
    .describe('The columns of the table by which rows are found: for update, upsert and delete'),
  column_mappings: z
    .array(ColumnMapping)
    .min(1)
    .max(400)
    .optional()
    .describe(
      'Which column of the file goes where; by default columns go by their names. Others of the file are left out',
    ),
  max_errors: z
    .int()
    .min(0)
    .max(100_000)
    .default(100_000)
    .describe('Rows that may be rejected before nothing at all is applied'),
  all_or_nothing: z.boolean().default(false).describe('Nothing is applied unless every row can be'),
});
export type LoadOptions = z.infer<typeof LoadOptions>;
