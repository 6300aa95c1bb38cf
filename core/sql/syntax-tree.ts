/** What the parser can make of a statement: a closed list, so that whatever is not here is a syntax error. */
export type SyntaxNode = PlainNode | NamedNode | QueryNode;

export type PlainKind =
  | 'case'
  | 'cast'
  | 'derived'
  | 'file'
  | 'into'
  | 'join'
  | 'literal'
  | 'lock'
  | 'operation'
  | 'order'
  | 'pivot'
  | 'row'
  | 'select'
  | 'star'
  | 'subscript'
  | 'table-parameter'
  | 'values'
  | 'window';

export type NamedKind = 'alias' | 'call' | 'column' | 'cte' | 'parameter' | 'table' | 'table-function' | 'type';

type Common = {
  /** 0-based UTF-16 offset into the user's text. */
  readonly start: number;
  readonly children: readonly SyntaxNode[];
};

export type PlainNode = Common & { readonly kind: PlainKind };

/** `name` is the dotted name, unquoted words in lower case, quoted ones as written. */
export type NamedNode = Common & { readonly kind: NamedKind; readonly name: readonly string[] };

export type QueryNode = Common & {
  readonly kind: 'query';
  /** LIMIT, OFFSET or TOP applies to the whole of it. */
  readonly limited: boolean;
  /** The names of the result columns, as far as the text tells: undefined with a star, null for one without a name. */
  readonly columns: readonly (string | null)[] | undefined;
};
