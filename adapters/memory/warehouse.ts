import type { StatementEnd } from '../../contract/events.ts';
import { StatementId } from '../../contract/ids.ts';
import type { FindOutcome, StatementReport, SubmitOutcome, SubmittedWork, Warehouse } from '../../core/ports.ts';

export interface SubmittedStatement {
  id: StatementId;
  /** Of a batch: its statements, one after another. */
  sql: string;
  token: string;
  name: string;
  user: string;
  report: StatementReport;
}

/** A warehouse in memory, in which nothing happens but what a test lets happen. */
export class MemoryWarehouse implements Warehouse {
  /** In the order of their submission. */
  readonly statements: SubmittedStatement[] = [];
  readonly #answers: (Exclude<SubmitOutcome, { outcome: 'submitted' }> | Error)[] = [];
  readonly #untold: string[] = [];

  /** What the next submission is answered with, or thrown at; several are used in turn, and then all is well again. */
  answerNext(...answers: (Exclude<SubmitOutcome, { outcome: 'submitted' }> | Error)[]): void {
    this.#answers.push(...answers);
  }

  /** For this reason the next search can't be told what there is. */
  hideNext(cause: string): void {
    this.#untold.push(cause);
  }

  /** Lets a statement run. */
  begin(statement: StatementId): void {
    this.#find(statement).report = { state: 'STARTED' };
  }

  /** Lets a statement end; `failed`: of a batch, the statement that did. */
  end(statement: StatementId, state: StatementEnd, error?: string, failed?: string): void {
    const why = { ...(error !== undefined && { error }), ...(failed !== undefined && { failed }) };
    this.#find(statement).report = { state, ...why };
  }

  /** Lets the warehouse forget a statement, as Redshift does after a day. */
  forget(statement: StatementId): void {
    const index = this.statements.findIndex(({ id }) => id === statement);
    if (index >= 0) this.statements.splice(index, 1);
  }

  submit(statement: SubmittedWork): Promise<SubmitOutcome> {
    const answer = this.#answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer) return Promise.resolve(answer);
    const known = this.statements.find(({ token }) => token === statement.token);
    if (known) return Promise.resolve({ outcome: 'submitted', statement_id: known.id });
    const id = StatementId.parse(crypto.randomUUID());
    const sql = typeof statement.sql === 'string' ? statement.sql : statement.sql.join(';\n');
    this.statements.push({ ...statement, sql, id, report: { state: 'SUBMITTED' } });
    return Promise.resolve({ outcome: 'submitted', statement_id: id });
  }

  find({ name, user }: Pick<SubmittedWork, 'name' | 'user'>): Promise<FindOutcome> {
    const cause = this.#untold.shift();
    if (cause !== undefined) return Promise.resolve({ outcome: 'later', cause });
    const named = this.statements.filter((known) => known.name === name && known.user === user).reverse();
    const found = named.find(({ report }) => report.state === 'FINISHED') ?? named[0];
    return Promise.resolve(found ? { outcome: 'found', statement_id: found.id } : { outcome: 'none' });
  }

  describe(statement: StatementId): Promise<StatementReport | undefined> {
    const known = this.statements.find(({ id }) => id === statement);
    return Promise.resolve(known && { ...known.report });
  }

  cancel(statement: StatementId): Promise<'cancelling' | 'ended' | 'unknown'> {
    const known = this.statements.find(({ id }) => id === statement);
    if (!known) return Promise.resolve('unknown');
    switch (known.report.state) {
      case 'FINISHED':
      case 'FAILED':
      case 'ABORTED':
        return Promise.resolve('ended');
      case 'SUBMITTED':
      case 'PICKED':
      case 'STARTED':
        known.report = { state: 'ABORTED' };
        return Promise.resolve('cancelling');
    }
  }

  #find(statement: StatementId): SubmittedStatement {
    const known = this.statements.find(({ id }) => id === statement);
    if (!known) throw new Error(`There is no statement ${statement}`);
    return known;
  }
}
