import { MemoryWarehouse, type SubmittedStatement } from '../../../adapters/memory/warehouse.ts';
import type { StatementEnd } from '../../../contract/events.ts';
import { DeploymentName, type StatementId } from '../../../contract/ids.ts';
import { nameOf } from '../../../adapters/memory/tables.ts';
import type { LoadCounts } from '../../../core/jobs/change.ts';
import type { Run } from '../../../core/jobs/job.ts';
import { parseStatementName } from '../../../core/jobs/statement-name.ts';
import type { SubmitOutcome, SubmittedWork } from '../../../core/ports.ts';
import { manifestKey, runPrefix } from '../../../core/results/location.ts';
import { assertMayRun } from './invariants.ts';
import type { World } from './world.ts';

export const deployment = DeploymentName.parse('spectra');

export interface WarehouseEvent {
  statementName: string;
  statementId: StatementId;
  state: StatementEnd;
}

/** All that the world knows of a statement. */
export interface Fact {
  statement: SubmittedStatement;
  run: Run;
  token: string;
  submitted: number;
  rows: number | undefined;
  /** It failed for a reason that may be gone the next time. */
  passing?: boolean;
  /** Ended by somebody who is not this service. */
  byAdministrator: boolean;
  forgotten: boolean;
  load: boolean;
  /** It was committed, and is reported as failed. */
  lied?: boolean;
}

const tokenHours = 8;

/** The fake warehouse, which also writes files, sends events and, as Redshift, forgets tokens after 8 hours. */
export class ModelWarehouse extends MemoryWarehouse {
  readonly facts: Fact[] = [];
  /** How often no statement was taken that drops a marker: who asked for it is right to fail. */
  refusedDrops = 0;
  readonly #world: World;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  override async submit(statement: SubmittedWork): Promise<SubmitOutcome> {
    for (const { statement: known, token, submitted } of this.facts)
      if (this.#world.now - submitted > tokenHours * 3_600_000) known.token = `${token} of old`;
    const before = this.statements.length;
    const outcome = super.submit(statement);
    const taken = this.statements.at(-1);
    if (this.statements.length > before && taken) this.#note(taken, statement.token);
    else if (isDrop(statement)) this.refusedDrops += 1;
    return outcome;
  }

  #note(statement: SubmittedStatement, token: string): void {
    if (isDrop(statement)) {
      this.#world.loads.markers.delete(statement.sql.slice(dropMarker.length));
      this.end(statement.id, 'FINISHED');
      return;
    }
    const label = parseStatementName(statement.name, deployment);
    if (!label) throw new Error(`The statement ${statement.name} is nobody's`);
    const { run, work } = label;
    this.#world.guard(() => assertMayRun(this.#world, run));
    const fact = { statement, run, token, submitted: this.#world.now, rows: undefined };
    this.facts.push({ ...fact, byAdministrator: false, forgotten: false, load: work.kind === 'load' });
  }

  override async cancel(id: StatementId): Promise<'cancelling' | 'ended' | 'unknown'> {
    const outcome = await super.cancel(id);
    if (outcome === 'cancelling') this.#announce(id);
    return outcome;
  }

  isActive({ statement: { report }, forgotten }: Fact): boolean {
    return !forgotten && !['FINISHED', 'FAILED', 'ABORTED'].includes(report.state);
  }

  /** Redshift keeps what is known of a statement for a day after its end. */
  mayForget(fact: Fact): boolean {
    return !fact.forgotten && !this.isActive(fact) && this.#world.now - fact.submitted > 24 * 3_600_000;
  }

  active(): Fact[] {
    return this.facts.filter((fact) => this.isActive(fact));
  }

  /** A statement ends: its files are there, and its event is on its way. */
  complete(fact: Fact, state: StatementEnd, rows: number, passing = false): void {
    const { run, statement } = fact;
    if (fact.load) {
      this.#completeLoad(fact, state, rows, passing);
      return;
    }
    if (state === 'FINISHED' && rows > 0) {
      const file = `${runPrefix(run)}0000_part_00.csv`;
      const meta = { content_length: 10, record_count: rows + 1 };
      this.#world.results.put(file, '0123456789');
      this.#world.results.put(manifestKey(run), JSON.stringify({ entries: [{ url: `s3://results/${file}`, meta }] }));
    }
    if (state !== 'FINISHED') this.#world.results.put(`${runPrefix(run)}0000_part_00.csv`, 'half of it');
    if (state === 'FINISHED') fact.rows = rows;
    fact.byAdministrator = state === 'ABORTED';
    fact.passing = state === 'FAILED' && passing;
    this.end(statement.id, state, state === 'FAILED' ? reason(passing) : undefined);
    this.#announce(statement.id);
  }

  /** One that fails or is stopped may have written its files before. */
  #completeLoad(fact: Fact, state: StatementEnd, rows: number, passing: boolean): void {
    const { run, statement } = fact;
    const counts = { processed: rows, failed: rows % 2 };
    fact.byAdministrator = state === 'ABORTED';
    if (state === 'FINISHED' && !this.#commits(run, counts)) {
      const [marker] = statement.sql.split(';\n');
      this.end(statement.id, 'FAILED', 'ERROR: Relation "load" already exists', marker);
    } else {
      if (state !== 'FINISHED' && rows > 0 && !this.#world.loads.committed.has(nameOf(run)))
        this.#world.loads.write(run, { processed: 99, failed: 99 });
      fact.passing = state === 'FAILED' && passing;
      this.end(statement.id, state, state === 'FAILED' ? reason(passing) : undefined);
    }
    this.#announce(statement.id);
  }

  #commits(run: Run, counts: LoadCounts): boolean {
    let commits = false;
    this.#world.guard(() => {
      commits = this.#world.loads.commit(run, counts);
    });
    return commits;
  }

  /** The load is committed, but its answer is lost: who asks is told that it failed. */
  loseAnswer(fact: Fact, rows: number): void {
    if (!fact.load || !this.#commits(fact.run, { processed: rows, failed: rows % 2 })) return;
    fact.lied = true;
    fact.passing = true;
    this.end(fact.statement.id, 'FAILED', 'ERROR: server closed the connection unexpectedly');
    this.#announce(fact.statement.id);
  }

  lose(fact: Fact): void {
    fact.forgotten = true;
    this.forget(fact.statement.id);
  }

  #announce(id: StatementId): void {
    const { statement } = this.facts.find((fact) => fact.statement.id === id) ?? {};
    const state = statement?.report.state;
    if (statement && (state === 'FINISHED' || state === 'FAILED' || state === 'ABORTED'))
      this.#world.events.push({ statementName: statement.name, statementId: id, state });
  }
}

const dropMarker = 'DROP TABLE IF EXISTS ';
const isDrop = ({ sql }: { sql: string | readonly string[] }): boolean =>
  typeof sql === 'string' && sql.startsWith(dropMarker);

const reason = (passing: boolean): string =>
  passing ? 'ERROR: Serializable isolation violation on table' : 'ERROR: relation "t" does not exist';
