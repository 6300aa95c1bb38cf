import { errorMessage } from '../engine/error-message.ts';
import type { Token } from './lexer.ts';
import type { TranslatedSql } from './pieces.ts';
import { SqlError } from './sql-error.ts';

interface Wording {
  readonly pattern: RegExp;
  readonly sqlState: string;
  readonly message: (match: RegExpExecArray, context: Context) => string;
}

interface Context {
  readonly relations: readonly string[];
  readonly raw: string;
}

const group = (match: RegExpExecArray, index: number): string => match[index] ?? '';

function missingColumn(name: string, context: Context): string {
  const where = context.relations.length === 0 ? '' : ` in ${context.relations.join(', ')}`;
  return `column "${name.toLowerCase()}" does not exist${where}`;
}

/** DuckDB's texts, Redshift's words for them, and the SQLSTATE. The first that fits counts. */
const WORDINGS: readonly Wording[] = [
  {
    pattern: /^Parser Error: syntax error at or near "([^"]*)"/,
    sqlState: '42601',
    message: (m) => `syntax error at or near "${group(m, 1)}"`,
  },
  {
    pattern: /^Parser Error: syntax error at end of input/,
    sqlState: '42601',
    message: () => 'syntax error at end of input',
  },
  { pattern: /^Parser Error: ([^\n]*)/, sqlState: '42601', message: (m) => group(m, 1) },
  {
    pattern: /Referenced table "([^"]*)" not found/,
    sqlState: '42P01',
    message: (m) => `missing FROM-clause entry for table "${group(m, 1).toLowerCase()}"`,
  },
  {
    pattern: /Referenced column "([^"]*)" (?:was )?not found/,
    sqlState: '42703',
    message: (m, c) => missingColumn(group(m, 1), c),
  },
  {
    pattern: /Table "([^"]*)" does not have a column (?:named|with name) "([^"]*)"/,
    sqlState: '42703',
    message: (m) => `column "${group(m, 2).toLowerCase()}" does not exist in ${group(m, 1)}`,
  },
  {
    pattern: /Column "?([^"\s]*)"? in .* (?:does not exist|not found)/i,
    sqlState: '42703',
    message: (m, c) => missingColumn(group(m, 1), c),
  },
  {
    pattern: /Ambiguous reference to column name "([^"]*)"/,
    sqlState: '42702',
    message: (m) => `column reference "${group(m, 1)}" is ambiguous`,
  },
  {
    pattern: /column "([^"]*)" must appear in the GROUP BY clause/,
    sqlState: '42803',
    message: (m) => `column "${group(m, 1)}" must appear in the GROUP BY clause or be used in an aggregate function`,
  },
  {
    pattern: /(?:Table|View|Catalog entry) with name "?([^"\s]+?)"? (?:does not exist because schema "([^"]*)")/,
    sqlState: '3F000',
    message: (m) => `schema "${group(m, 2)}" does not exist`,
  },
  {
    pattern: /(?:Table|View) with name "?([^"\s]+?)"? does not exist/,
    sqlState: '42P01',
    message: (m) => `relation "${group(m, 1).toLowerCase()}" does not exist`,
  },
  {
    pattern: /(?:Table|View) with name "?([^"\s]+?)"? already exists/,
    sqlState: '42P07',
    message: (m) => `Relation "${group(m, 1).toLowerCase()}" already exists`,
  },
  {
    // Somebody else has created it since this transaction began.
    pattern: /write-write conflict on create with "[^"]*?([^"\0]+)"/,
    sqlState: '42P07',
    message: (m) => `Relation "${group(m, 1).toLowerCase()}" already exists`,
  },
  {
    pattern: /TransactionContext Error: .*[Cc]onflict/,
    sqlState: '40001',
    message: () => 'could not serialize access due to concurrent update',
  },
  {
    pattern: /Schema with name "?([^"\s]+?)"? already exists/,
    sqlState: '42P06',
    message: (m) => `schema "${group(m, 1)}" already exists`,
  },
  {
    pattern: /Schema with name "?([^"\s]+?)"? does not exist/,
    sqlState: '3F000',
    message: (m) => `schema "${group(m, 1)}" does not exist`,
  },
  {
    pattern: /Function with name "?([^"\s]+?)"? does not exist/,
    sqlState: '42883',
    message: (m) => `function ${group(m, 1)} does not exist`,
  },
  {
    pattern: /Macro rs_try_boolean\(\) does not support/,
    sqlState: '42846',
    message: () => 'cannot cast type character varying to boolean',
  },
  {
    pattern: /Referenced update column (\S+) not found in table/,
    sqlState: '42703',
    message: (m, c) => missingColumn(group(m, 1), c),
  },
  {
    pattern: /No function matches the given name and argument types '([^']*)'/,
    sqlState: '42883',
    message: (m) => `function ${group(m, 1).toLowerCase()} does not exist`,
  },
  { pattern: /^Invalid Input Error: division by zero/, sqlState: '22012', message: () => 'Divide by zero' },
  {
    pattern: /Could not convert string ['"](.*?)\ue000?['"] to (?:U?INT\d*|HUGEINT)/s,
    sqlState: '22P02',
    message: (m) => `invalid input syntax for integer: "${group(m, 1)}"`,
  },
  {
    pattern: /Could not convert string ['"](.*?)['"] to (?:DECIMAL|DOUBLE|FLOAT)/s,
    sqlState: '22P02',
    message: (m) => `invalid input syntax for type numeric: "${group(m, 1)}"`,
  },
  {
    pattern: /Could not convert string ['"](.*?)['"] to BOOL/s,
    sqlState: '22P02',
    message: (m) => `invalid input syntax for type boolean: "${group(m, 1)}"`,
  },
  {
    pattern: /date field value out of range: "(.*?)"/s,
    sqlState: '22008',
    message: (m) => `date/time field value out of range: "${group(m, 1)}"`,
  },
  {
    pattern: /invalid date field format: "(.*?)"/s,
    sqlState: '22007',
    message: (m) => `invalid input syntax for type date: "${group(m, 1)}"`,
  },
  {
    pattern: /invalid timestamp field format: "(.*?)"/s,
    sqlState: '22007',
    message: (m) => `invalid input syntax for type timestamp: "${group(m, 1)}"`,
  },
  {
    pattern: /Could not parse string "(.*?)" according to format/s,
    sqlState: '22007',
    message: (m) => `invalid value "${group(m, 1)}" for the given format`,
  },
  { pattern: /out of range|Overflow|overflow/, sqlState: '22003', message: () => 'value out of range' },
  {
    pattern: /NOT NULL constraint failed: \S*\.(\S+)/,
    sqlState: '23502',
    message: (m) => `Cannot insert a NULL value into column ${group(m, 1)}`,
  },
  { pattern: /Malformed JSON/, sqlState: '22032', message: () => 'JSON parsing error' },
  {
    pattern: /table \S+ has \d+ columns but \d+ values were supplied/,
    sqlState: '42601',
    message: () => 'INSERT has a different number of expressions and target columns',
  },
  {
    pattern: /Values were not provided for the following prepared statement parameters: ([^\n]*)/,
    sqlState: '08P01',
    message: (m) => `there is no value for parameter ${group(m, 1)}`,
  },
  { pattern: /Conversion Error: ([^\n]*)/, sqlState: '22P02', message: (m) => group(m, 1) },
  { pattern: /Out of Memory|Out Of Memory/, sqlState: '53200', message: () => 'out of memory' },
  {
    pattern: /Permission Error|file system operations are disabled/,
    sqlState: '42501',
    message: () => 'permission denied',
  },
  { pattern: /Not implemented Error: ([^\n]*)/, sqlState: '0A000', message: (m) => group(m, 1) },
  { pattern: /^(?:\w+ )+Error: ([^\n]*)/, sqlState: 'XX000', message: (m) => group(m, 1) },
];

/** Where the `^` under `LINE n:` points, as an offset into the SQL that DuckDB was given. */
function caretOffset(raw: string, sql: string): number | undefined {
  const found = /\nLINE (\d+): (.*)\n( *)\^/.exec(raw);
  if (found === null) return undefined;
  const [, lineNumber = '1', shown = '', indent = ''] = found;
  const lines = sql.split('\n');
  const before = lines.slice(0, Number(lineNumber) - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const excerpt = shown.replace(/^\.\.\./, '').replace(/\.\.\.$/, '');
  const cut = shown.startsWith('...') ? 3 : 0;
  const within = (lines[Number(lineNumber) - 1] ?? '').indexOf(excerpt);
  const column = indent.length - `LINE ${lineNumber}: `.length - cut;
  return within < 0 || column < 0 ? undefined : before + within + column;
}

function relationsOf(tokens: readonly Token[]): string[] {
  const names = tokens.flatMap((token, at) => {
    const before = tokens[at - 1];
    const isRelation = before?.kind === 'word' && ['from', 'join', 'update', 'into'].includes(before.value);
    if (!isRelation || (token.kind !== 'word' && token.kind !== 'quoted')) return [];
    const qualified = tokens[at + 1]?.text === '.' ? tokens[at + 2]?.value : undefined;
    return [qualified ?? token.value];
  });
  return [...new Set(names)];
}

/** What DuckDB reported for `translated`, as Redshift would report it for the original. */
export function fromEngineError(cause: unknown, tokens: readonly Token[], translated: TranslatedSql): SqlError {
  if (cause instanceof SqlError) return cause;
  const raw = errorMessage(cause).replace(/^(?:Failed to extract statements: |Error: )+/, '');
  const context = { relations: relationsOf(tokens), raw };
  const offset = caretOffset(raw, translated.sql);
  const atEnd = raw.includes('syntax error at end of input');
  const end = (tokens.at(-1)?.end ?? 0) + 1;
  const position = atEnd ? end : offset === undefined ? undefined : translated.sourceOffset(offset) + 1;
  for (const { pattern, sqlState, message } of WORDINGS) {
    const match = pattern.exec(raw);
    if (match !== null) return new SqlError(sqlState, message(match, context), position, { cause });
  }
  return new SqlError('XX000', raw.split('\n')[0] ?? raw, position, { cause });
}
