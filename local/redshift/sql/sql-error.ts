/**
 * A failure of a statement, as Redshift words it.
 *
 * As text (`DescribeStatement.Error`): `ERROR: <message>` (`FATAL:` when no connection came about), then `\n  Detail: <detail>` and `\n  Position: <n>` where they are
 * known, then ` [<SQLSTATE>]`. Example: `ERROR: column "nope" does not exist in t\n  Position: 8 [42703]`.
 */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly sqlState: string;
  /** 1-based character in the statement as it was submitted; inside UNLOAD: in its inner query. */
  readonly position: number | undefined;
  readonly detail: string | undefined;
  readonly severity: 'ERROR' | 'FATAL';

  constructor(
    sqlState: string,
    message: string,
    position?: number,
    options: { detail?: string; cause?: unknown; severity?: 'FATAL' } = {},
  ) {
    super(message, { cause: options.cause });
    this.sqlState = sqlState;
    this.position = position;
    this.detail = options.detail;
    this.severity = options.severity ?? 'ERROR';
  }

  describe(): string {
    const detail = this.detail === undefined ? '' : `\n  Detail: ${this.detail}`;
    const position = this.position === undefined ? '' : `\n  Position: ${this.position}`;
    return `${this.severity}: ${this.message}${detail}${position} [${this.sqlState}]`;
  }
}

/** What Redshift says when the user may not touch a relation. */
export const permissionDenied = (relation: string): SqlError =>
  new SqlError('42501', `permission denied for relation ${relation}`);

export const syntaxErrorNear = (text: string, position: number): SqlError =>
  new SqlError('42601', `syntax error at or near "${text}"`, position);

export const syntaxErrorAtEnd = (position: number): SqlError =>
  new SqlError('42601', 'syntax error at end of input', position);
