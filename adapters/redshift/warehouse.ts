import { ListStatementsCommand, type ListStatementsCommandOutput } from '@aws-sdk/client-redshift-data';
import { StatementId } from '../../contract/ids.ts';
import type { FindOutcome, SubmitOutcome, SubmittedWork, Warehouse } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { RedshiftStatements } from './statements.ts';
import { submitOutcome } from './submit-errors.ts';

/** Of up to 100 statements each, of which few can have one name. */
const mostPages = 10;

/** Redshift through its Data API: nothing is held while a statement runs. */
export class RedshiftWarehouse extends RedshiftStatements implements Warehouse {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    super(options);
    this.#entrance = new Entrance(options);
  }

  async submit(statement: SubmittedWork): Promise<SubmitOutcome> {
    const { sql, user, token, name } = statement;
    const as = { ClientToken: token, StatementName: name, WithEvent: true };
    const submitted = await (typeof sql === 'string'
      ? this.#entrance.execute(user, { ...as, Sql: sql })
      : this.#entrance.executeBatch(user, { ...as, Sqls: [...sql] }));
    if (submitted.outcome !== 'submitted') return submitted;
    return { outcome: 'submitted', statement_id: submitted.statement_id };
  }

  /** Only what the role that submits has submitted is listed: ask with the role that would submit it. */
  async find({ name, user }: Pick<SubmittedWork, 'name' | 'user'>): Promise<FindOutcome> {
    const { client } = this.#entrance.for(user);
    let newest: string | undefined;
    let next: string | undefined;
    try {
      for (let page = 0; page < mostPages; page += 1) {
        // The name is a prefix; without a status only those that have finished are listed.
        const listed: ListStatementsCommandOutput = await client.send(
          new ListStatementsCommand({ StatementName: name, Status: 'ALL', NextToken: next }),
        );
        const named = (listed.Statements ?? []).filter(({ StatementName }) => StatementName === name);
        const finished = named.find(({ Status }) => Status === 'FINISHED');
        if (finished) return { outcome: 'found', statement_id: StatementId.parse(finished.Id) };
        newest ??= named[0]?.Id;
        next = listed.NextToken;
        if (next === undefined || next === '') return foundOf(newest);
      }
    } catch (error) {
      const outcome = submitOutcome(error);
      if (!outcome) throw error;
      return { outcome: 'later', cause: outcome.outcome === 'later' ? outcome.cause : outcome.message };
    }
    return { outcome: 'later', cause: `More than ${mostPages} pages of statements` };
  }
}

const foundOf = (id: string | undefined): FindOutcome =>
  id === undefined ? { outcome: 'none' } : { outcome: 'found', statement_id: StatementId.parse(id) };
