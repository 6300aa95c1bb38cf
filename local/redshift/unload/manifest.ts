import type { UnloadColumn } from './columns.ts';
import type { UnloadedFile } from './file-series.ts';
import type { UnloadCommand } from './unload-command.ts';

function schemaType({ type }: UnloadColumn): object {
  switch (type.name) {
    case 'varchar':
    case 'varbyte':
      return { base: type.base, max_length: type.length };
    case 'numeric':
      return { base: type.base, precision: type.precision, scale: type.scale };
    default:
      return { base: type.base };
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The manifest of UNLOAD; VERBOSE adds sizes, counts (header lines are records) and the schema. */
export function manifest(
  command: UnloadCommand,
  files: readonly UnloadedFile[],
  columns: readonly UnloadColumn[],
): object {
  const url = (key: string): string => `s3://${command.bucket}/${key}`;
  if (command.manifest !== 'verbose') return { entries: files.map(({ key }) => ({ url: url(key) })) };
  return {
    entries: files.map(({ key, bytes, records }) => ({
      url: url(key),
      meta: { content_length: bytes, record_count: records },
    })),
    schema: { elements: columns.map((column) => ({ name: column.name, type: schemaType(column) })) },
    meta: {
      content_length: sum(files.map(({ bytes }) => bytes)),
      record_count: sum(files.map(({ records }) => records)),
    },
    author: { name: 'Amazon Redshift', version: '1.0.0' },
  };
}
