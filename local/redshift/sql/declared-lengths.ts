import type { Token } from './lexer.ts';
import { closing, isOperator, isWord, splitAtCommas } from './spans.ts';
import { TokenReader } from './token-reader.ts';

/** A text column as it was declared. The engine's own types have no lengths. */
export interface DeclaredText {
  readonly column: string;
  readonly type: 'varchar' | 'char';
  /** Octets. */
  readonly length: number;
}

export interface DeclaredColumns {
  readonly relation: { readonly schema: string; readonly name: string };
  /** IF NOT EXISTS: nothing is declared where the table is there already. */
  readonly mayExist: boolean;
  readonly columns: readonly DeclaredText[];
}

const MAX_VARCHAR = 65_535;
const MAX_CHAR = 4096;

/** Redshift's lengths where none is given. */
const DEFAULTS: Readonly<Record<string, Pick<DeclaredText, 'type' | 'length'>>> = {
  varchar: { type: 'varchar', length: 256 },
  nvarchar: { type: 'varchar', length: 256 },
  text: { type: 'varchar', length: 256 },
  char: { type: 'char', length: 1 },
  character: { type: 'char', length: 1 },
  nchar: { type: 'char', length: 1 },
  bpchar: { type: 'char', length: 256 },
};

/** The declaration `name type(length) ...` at `at`; undefined for what is no text column. */
function declaredText(tokens: readonly Token[], at: number): DeclaredText | undefined {
  const name = tokens[at];
  const word = tokens[at + 1];
  if (name === undefined || word?.kind !== 'word') return undefined;
  const base = DEFAULTS[word.value];
  if (base === undefined) return undefined;
  const varies = isWord(tokens[at + 2], 'varying');
  const { type, length } = varies ? { type: 'varchar' as const, length: 256 } : base;
  const open = at + (varies ? 3 : 2);
  const size = isOperator(tokens[open], '(') ? tokens[open + 1] : undefined;
  const most = type === 'varchar' ? MAX_VARCHAR : MAX_CHAR;
  if (size === undefined) return { column: name.value, type, length };
  return { column: name.value, type, length: isWord(size, 'max') ? most : Number(size.text) };
}

const known = (column: DeclaredText | undefined): DeclaredText[] => (column === undefined ? [] : [column]);

function created(reader: TokenReader): DeclaredColumns | undefined {
  reader.takes('local');
  if (!reader.takes('temp')) reader.takes('temporary');
  if (!reader.takes('table')) return undefined;
  const mayExist = reader.takes('if', 'not', 'exists');
  const relation = reader.relation();
  const { tokens, at: open } = reader;
  if (!isOperator(tokens[open], '(')) return undefined;
  const items = splitAtCommas(tokens, { lo: open + 1, hi: closing(tokens, open) });
  return { relation, mayExist, columns: items.flatMap(({ lo }) => known(declaredText(tokens, lo))) };
}

function altered(reader: TokenReader): DeclaredColumns | undefined {
  if (!reader.takes('table')) return undefined;
  const relation = reader.relation();
  if (reader.takes('add')) {
    reader.takes('column');
    return { relation, mayExist: false, columns: known(declaredText(reader.tokens, reader.at)) };
  }
  if (!reader.takes('alter', 'column')) return undefined;
  const { value: column } = reader.name();
  if (!reader.sees('type')) return undefined;
  const declared = declaredText(reader.tokens, reader.at);
  return { relation, mayExist: false, columns: known(declared && { ...declared, column }) };
}

/** The lengths of text columns that CREATE TABLE or ALTER TABLE declares; undefined for other statements. */
export function declaredLengths(tokens: readonly Token[]): DeclaredColumns | undefined {
  const reader = new TokenReader(tokens, 1);
  if (isWord(tokens[0], 'create')) return created(reader);
  return isWord(tokens[0], 'alter') ? altered(reader) : undefined;
}
