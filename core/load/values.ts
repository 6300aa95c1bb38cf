import { foldName } from './column-names.ts';
import type { Fill, MatchedColumns } from './match-columns.ts';
import { isText, MAX_VARCHAR, typeText, type LoadType } from './redshift-type.ts';
import { emitTransform } from './transform.ts';

/** Why a row is rejected: a column's number times ten and one of the first four, or one of the others alone. */
export const WHY = {
  INVALID_VALUE: 1,
  NULL_NOT_ALLOWED: 2,
  VALUE_TOO_LONG: 3,
  KEY_IS_NULL: 4,
  DUPLICATE_KEY: 5,
  NO_SUCH_ROW: 6,
  TOO_MANY_FIELDS: 7,
} as const;

/** One filled column in the table `staged`, whose columns have numbers for names: no name of a file can be one of them. */
export type Value = {
  readonly fill: Fill;
  /** From 1: what WHY is put behind. */
  readonly number: number;
  /** What the file or the transform has: `s3`, `r2`. */
  readonly raw: string;
  /** The column that holds the value in the type of the table; the raw one where nothing is converted. */
  readonly typed: string;
  /** How `raw` (undefined: the file's) and `typed` (undefined: raw itself) are made. */
  readonly rawSql?: string | undefined;
  readonly typedSql?: string | undefined;
  /** What is measured where the type has a size. */
  readonly text: string;
};

export function valuesOf({ columns, fills }: MatchedColumns): Value[] {
  const index = new Map(columns.map(({ name }, at) => [foldName(name), at]));
  return fills.map((fill, at) => {
    const number = at + 1;
    const { transform } = fill;
    const rawSql = transform && emitTransform(transform, (name) => `s${(index.get(foldName(name)) ?? -1) + 1}`);
    const raw = rawSql === undefined ? `s${fill.source + 1}` : `r${number}`;
    const from = transform ? undefined : columns[fill.source]?.type;
    const typedSql = conversion(raw, from, fill.type);
    const typed = typedSql === undefined ? raw : `t${number}`;
    const text = fill.type.kind === 'varchar' ? typed : textual(raw, from);
    return { fill, number, raw, rawSql, typed, typedSql, text };
  });
}

/** `from` is undefined for a transform, whose type nobody knows. Undefined when there is nothing to convert. */
function conversion(raw: string, from: LoadType | undefined, to: LoadType): string | undefined {
  if (to.kind === 'varchar') return from && isText(from) ? undefined : asText(raw, from);
  if (to.kind === 'char') {
    const text = textual(raw, from);
    // CHAR holds single bytes: the cast of anything else fails as a whole.
    return `CASE WHEN LENGTH(${text}) = OCTET_LENGTH(${text}) THEN CAST(${text} AS CHAR(${to.size})) END`;
  }
  if (to.kind === 'boolean') return from && isText(from) ? asBoolean(raw) : from ? sameOr(raw, from, to) : undefined;
  // TRY_CAST is not defined for blank text.
  if (from && isText(from)) return `TRY_CAST(NULLIF(TRIM(${raw}), '') AS ${typeText(to)})`;
  return from ? sameOr(raw, from, to) : tryCast(raw, to);
}

const tryCast = (raw: string, to: LoadType): string => `TRY_CAST(${raw} AS ${typeText(to)})`;

const sameOr = (raw: string, from: LoadType, to: LoadType): string | undefined =>
  typeText(from) === typeText(to) ? undefined : tryCast(raw, to);

const textual = (raw: string, from: LoadType | undefined): string => (from && isText(from) ? raw : asText(raw, from));

const asText = (raw: string, from: LoadType | undefined): string =>
  from?.kind === 'boolean'
    ? `CASE WHEN ${raw} THEN 'true' WHEN NOT ${raw} THEN 'false' END`
    : `CAST(${raw} AS VARCHAR(${MAX_VARCHAR}))`;

/** The words that COPY reads as BOOLEAN. */
const asBoolean = (raw: string): string =>
  `CASE WHEN LOWER(TRIM(${raw})) IN ('t','true','y','yes','1') THEN TRUE` +
  ` WHEN LOWER(TRIM(${raw})) IN ('f','false','n','no','0') THEN FALSE END`;

/** The branches that tell why a row is rejected for one of its columns; the first that holds is told. */
export function checksOf({ fill, number, raw, typed, typedSql, text }: Value): string[] {
  const { type, key, nullable } = fill;
  const because = (condition: string, why: keyof typeof WHY): string =>
    `WHEN ${condition} THEN ${number * 10 + WHY[why]}`;
  const checks: string[] = [];
  if (key) checks.push(because(`${raw} IS NULL`, 'KEY_IS_NULL'));
  if (isText(type) && type.size < MAX_VARCHAR)
    checks.push(because(`OCTET_LENGTH(${text}) > ${type.size}`, 'VALUE_TOO_LONG'));
  if (typedSql !== undefined && type.kind !== 'varchar')
    checks.push(because(`${raw} IS NOT NULL AND ${typed} IS NULL`, 'INVALID_VALUE'));
  if (!nullable && !key) checks.push(because(`${raw} IS NULL`, 'NULL_NOT_ALLOWED'));
  return checks;
}
