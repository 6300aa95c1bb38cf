import type { ColumnMapping, LoadOperation } from '../../contract/load.ts';
import { foldName } from './column-names.ts';
import { LoadRefused, shown } from './errors.ts';
import { isConvertible, typeText, type LoadType } from './redshift-type.ts';
import type { SourceColumn, SourceFile } from './source.ts';
import { targetType, type TargetColumn } from './target.ts';
import type { Transform } from './transform.ts';

/** A column of the table and what fills it. */
export type Fill = {
  /** As the table has it. */
  readonly target: string;
  readonly type: LoadType;
  readonly key: boolean;
  readonly nullable: boolean;
  /** Index into the columns of the files. */
  readonly source: number;
  readonly transform?: Transform | undefined;
};

export type MatchedColumns = {
  /** Those of all files; CSV and Parquet files have the same ones, in any order. */
  readonly columns: readonly SourceColumn[];
  /** Key columns first. */
  readonly fills: readonly Fill[];
};

export type MatchSpec = {
  readonly operation: LoadOperation;
  readonly keys: readonly string[];
  readonly mappings?: readonly ColumnMapping[] | undefined;
  /** Those of the mappings, by index. */
  readonly transforms?: readonly (Transform | undefined)[] | undefined;
  readonly files: readonly SourceFile[];
  readonly target: readonly TargetColumn[];
};

/**
 * Which column of the files goes to which column of the table: by the mappings, else by equal name, case not counted.
 * @throws LoadRefused COLUMN_MISSING, COLUMN_UNKNOWN, COLUMN_UNSUPPORTED, FILE_FORMAT_MISMATCH
 */
export function matchColumns(spec: MatchSpec): MatchedColumns {
  const columns = commonColumns(spec.files);
  const sources = new Map(columns.map(({ name }, index) => [foldName(name), index]));
  const targets = new Map(spec.target.map((column) => [foldName(column.name), column]));
  const wanted = spec.mappings ? byMapping(spec, sources) : byName(spec, columns, targets);
  const keys = spec.keys.map(foldName);
  const isKey = (target: string): boolean => keys.includes(foldName(target));
  const used = spec.operation === 'delete' ? wanted.filter(({ target }) => isKey(target)) : wanted;
  const fills = used.map(({ target, source, transform }): Fill => {
    const column = targets.get(foldName(target));
    if (!column) throw new LoadRefused('COLUMN_UNKNOWN', `The table has no column ${shown(target)}.`);
    const type = loadedType(spec, column, isKey(target), transform ? undefined : columns[source]);
    const missing = transform?.columns.find((name) => !sources.has(foldName(name)));
    if (missing !== undefined)
      throw new LoadRefused('COLUMN_MISSING', `The transform of ${shown(target)} reads ${inNoFile(missing, spec)}`);
    return { target: column.name, type, key: isKey(target), nullable: column.nullable, source, transform };
  });
  checkFilled(spec, targets, fills, isKey);
  return { columns, fills: [...fills.filter(({ key }) => key), ...fills.filter(({ key }) => !key)] };
}

type Wanted = { readonly target: string; readonly source: number; readonly transform?: Transform | undefined };

function inNoFile(name: string, { files }: MatchSpec): string {
  const json = files[0]?.layout === 'lines' || files[0]?.layout === 'array';
  return json
    ? `${shown(name)}, which no object in the first 64 KB of the files has. Write it in the first object, with null if need be.`
    : `${shown(name)}, which the files do not have. Correct the name or add the column.`;
}

function byMapping(spec: MatchSpec, sources: ReadonlyMap<string, number>): Wanted[] {
  return (spec.mappings ?? []).map(({ source_column, target_column }, index) => {
    const source = sources.get(foldName(source_column));
    if (source === undefined)
      throw new LoadRefused(
        'COLUMN_MISSING',
        `The mapping of ${shown(target_column)} names ${inNoFile(source_column, spec)}`,
      );
    return { target: target_column, source, transform: spec.transforms?.[index] };
  });
}

function byName(
  spec: MatchSpec,
  columns: readonly SourceColumn[],
  targets: ReadonlyMap<string, TargetColumn>,
): Wanted[] {
  const unknown = columns.find(({ name }) => !targets.has(foldName(name)));
  if (unknown && spec.operation !== 'delete')
    throw new LoadRefused(
      'COLUMN_UNKNOWN',
      `The files have a column ${shown(unknown.name)}, but the table has none. Rename it, take it out, or send column_mappings.`,
    );
  return columns.flatMap(({ name }, source) => (targets.has(foldName(name)) ? [{ target: name, source }] : []));
}

/** Columns of the files, those of the first one first. */
function commonColumns(files: readonly SourceFile[]): SourceColumn[] {
  const [first, ...others] = files;
  if (!first) throw new LoadRefused('FILE_EMPTY', 'No file was uploaded: upload one before the job is closed.');
  const found = new Map(first.columns.map((column) => [foldName(column.name), column]));
  const json = first.layout === 'lines' || first.layout === 'array';
  for (const file of others) {
    if (json) {
      for (const column of file.columns)
        if (!found.has(foldName(column.name))) found.set(foldName(column.name), column);
    } else sameColumns(first, file);
  }
  return [...found.values()];
}

function sameColumns(first: SourceFile, file: SourceFile): void {
  const own = new Map(file.columns.map((column) => [foldName(column.name), column]));
  for (const column of first.columns) {
    const other = own.get(foldName(column.name));
    if (!other)
      throw new LoadRefused(
        'COLUMN_MISSING',
        `File ${file.number} has no column ${shown(column.name)}, which file ${first.number} has. Upload files with the same columns.`,
      );
    if (typeText(other.type) !== typeText(column.type))
      throw new LoadRefused(
        'FILE_FORMAT_MISMATCH',
        `File ${file.number} has the column ${shown(column.name)} as ${typeText(other.type)}, file ${first.number} as ${typeText(column.type)}.`,
      );
  }
  const names = new Set(first.columns.map(({ name }) => foldName(name)));
  const more = file.columns.find(({ name }) => !names.has(foldName(name)));
  if (more)
    throw new LoadRefused(
      'COLUMN_MISSING',
      `File ${first.number} has no column ${shown(more.name)}, which file ${file.number} has. Upload files with the same columns.`,
    );
}

function loadedType(spec: MatchSpec, column: TargetColumn, key: boolean, source: SourceColumn | undefined): LoadType {
  const type = targetType(column);
  if (!type)
    throw new LoadRefused(
      'COLUMN_UNSUPPORTED',
      `The column ${shown(column.name)} of the table is ${column.type.toUpperCase().slice(0, 40)}, which cannot be loaded. Leave it out.`,
    );
  const given = spec.operation === 'insert' || spec.operation === 'upsert' || (spec.operation === 'update' && !key);
  if (column.identity === true && given)
    throw new LoadRefused(
      'COLUMN_UNSUPPORTED',
      `Redshift makes the values of the identity column ${shown(column.name)}. Leave it out.`,
    );
  if (source && !isConvertible(source.type, type))
    throw new LoadRefused(
      'COLUMN_UNSUPPORTED',
      `The column ${shown(source.name)} of the files is ${typeText(source.type)}, which does not become ${typeText(type)}. Write it as such, or as text.`,
    );
  return type;
}

function checkFilled(
  spec: MatchSpec,
  targets: ReadonlyMap<string, TargetColumn>,
  fills: readonly Fill[],
  isKey: (target: string) => boolean,
): void {
  const filled = new Set(fills.map(({ target }) => foldName(target)));
  for (const key of spec.keys) {
    if (!targets.has(foldName(key)))
      throw new LoadRefused('COLUMN_UNKNOWN', `The table has no key column ${shown(key)}: correct external_id_field.`);
    if (!filled.has(foldName(key)))
      throw new LoadRefused('COLUMN_MISSING', `The key column is missing: the job needs ${inNoFile(key, spec)}`);
  }
  if (spec.operation === 'update' && fills.every(({ target }) => isKey(target)))
    throw new LoadRefused('COLUMN_MISSING', 'The files have only key columns: update needs a column to set.');
  if (fills.length === 0) throw new LoadRefused('COLUMN_MISSING', 'No column of the files fills one of the table.');
  if (spec.operation !== 'insert' && spec.operation !== 'upsert') return;
  const required = spec.target.find(
    ({ name, nullable, has_default, identity }) =>
      !nullable && !has_default && identity !== true && !filled.has(foldName(name)),
  );
  if (required)
    throw new LoadRefused(
      'COLUMN_MISSING',
      `The column ${shown(required.name)} of the table takes no NULL and has no default, so the files must have it.`,
    );
}
