/**
 * Why a statement was not taken. Codes are part of the API and never change their meaning; `message` says what was found,
 * `hint` what to do about it.
 */
export const SQL_REFUSALS = {
  SQL_EMPTY: {
    title: 'There is no statement',
    hint: 'Send one SELECT statement.',
  },
  SQL_TOO_LONG: {
    title: 'The statement is too long',
    hint: 'The Redshift Data API takes statements of up to 100 KB, quotes and backslashes counted twice: move long lists into a table and join it.',
  },
  SQL_TOO_DEEP: {
    title: 'The statement is nested too deeply',
    hint: 'Flatten nested parentheses and subqueries, for example with WITH.',
  },
  SQL_CHARACTER_DENIED: {
    title: 'The statement contains a character that has no place in SQL',
    hint: 'Remove control characters, unpaired surrogates, and no-break or invisible spaces outside of quotes.',
  },
  SQL_SYNTAX_ERROR: {
    title: 'The statement is not valid SQL',
    hint: 'Check the statement near the position given.',
  },
  SQL_NOT_A_QUERY: {
    title: 'The statement is not a query',
    hint: 'Only SELECT, WITH ... SELECT, VALUES and set operations of these can be exported.',
  },
  SQL_MULTIPLE_STATEMENTS: {
    title: 'There is more than one statement',
    hint: 'Send one statement a job. A semicolon may only stand at its end.',
  },
  SQL_SELECT_INTO: {
    title: 'SELECT INTO creates a table',
    hint: 'Remove the INTO clause: the result is exported to files.',
  },
  SQL_LOCK_DENIED: {
    title: 'The query takes locks',
    hint: 'Remove FOR UPDATE or FOR SHARE.',
  },
  SQL_SYSTEM_RELATION: {
    title: 'The query reads the system catalog',
    hint: 'Query your own tables and views; pg_*, information_schema, stl_*, stv_*, svl_*, svv_*, svcs_* and sys_* are closed.',
  },
  SQL_FUNCTION_DENIED: {
    title: 'The query calls a function that is closed',
    hint: 'Functions that act on the server, on sessions, settings, sequences, privileges or files cannot be used, nor functions as tables.',
  },
  SQL_FILE_RELATION: {
    title: 'The query reads a file',
    hint: 'Name a table or a view in FROM.',
  },
  SQL_PARAMETER: {
    title: 'The query has a placeholder',
    hint: 'Write the value into the statement: parameters and variables are not bound inside UNLOAD.',
  },
  SQL_STRING_AMBIGUOUS: {
    title: 'A string literal is read differently by different parsers',
    hint: "Write it as a plain '...' literal: double the quote for a quote and double the backslash for a backslash.",
  },
} as const satisfies Record<string, { title: string; hint: string }>;

export type SqlRefusalCode = keyof typeof SQL_REFUSALS;

/** Thrown inside the lexer and the parser only; `judgeQuery` turns it into a verdict. `index` is a 0-based UTF-16 offset. */
export class SqlRefusal extends Error {
  readonly code: SqlRefusalCode;
  readonly index: number | undefined;

  constructor(code: SqlRefusalCode, message: string, index?: number) {
    super(message);
    this.name = 'SqlRefusal';
    this.code = code;
    this.index = index;
  }
}
