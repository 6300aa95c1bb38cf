/**
 * Words that end an expression or a table: they cannot be a column, a table or an alias without AS. This is the part of
 * Redshift's reserved words that the grammar leans on; a reserved word that is missing here is Redshift's to refuse.
 */
export const RESERVED: ReadonlySet<string> = new Set(
  `select from where group order having limit offset union intersect except minus qualify on using join inner left right
  full cross natural as and or not in is isnull notnull like ilike similar between escape case when then else end distinct
  all into for with any some exists null true false asc desc nulls collate create table grant references constraint
  lateral both leading trailing`.split(/\s+/),
);

/** Reserved words that are a function when a parenthesis follows. */
export const RESERVED_FUNCTIONS: ReadonlySet<string> = new Set([
  'left',
  'right',
  'any',
  'some',
  'all',
  'exists',
  'isnull',
]);

export const SET_OPERATIONS: ReadonlySet<string> = new Set(['union', 'intersect', 'except', 'minus']);

/** First words of statements that are no queries: worth a better message than "syntax error". */
export const STATEMENT_WORDS: ReadonlySet<string> = new Set(
  `abort alter analyse analyze attach begin call cancel checkpoint close cluster comment commit copy create deallocate declare
  delete desc describe detach discard do drop end execute explain export fetch grant import insert install kill listen load
  lock merge move notify optimize pragma prepare reassign refresh reindex release rename replace reset revoke rollback
  savepoint set show start summarize truncate undrop unlisten unload update use vacuum`.split(/\s+/),
);

/** Words that read a value from the row above in a hierarchical query, and the estimate prefix of aggregates. */
export const EXPRESSION_PREFIXES: ReadonlySet<string> = new Set(['prior', 'connect_by_root', 'approximate']);

/** Words that separate the arguments of functions with a syntax of their own: EXTRACT, TRIM, OBJECT_TRANSFORM, ... */
export const ARGUMENT_WORDS: ReadonlySet<string> = new Set(['from', 'for', 'as', 'using', 'keep', 'set']);
