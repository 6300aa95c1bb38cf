import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Manifest } from '../../../contract/results.ts';
import { summarize } from '../../../core/results/manifest.ts';
import { LoadOptions, type LoadOperation } from '../../../contract/load.ts';
import { planLoad } from '../../../core/load/plan.ts';
import { textSource } from '../../../core/load/source.ts';
import { stepOf } from '../../../core/load/statement.ts';
import { bucket, startWorld, target, type Value, type World } from '../redshift/harness.ts';
import { targetColumn as column } from '../../support/target-column.ts';

const people = [
  column('id', 'int4', { nullable: false }),
  column('name', 'character varying', { length: 5 }),
  column('born', 'date'),
  column('ok', 'bool', { nullable: false, has_default: true }),
];

/** A table `people` with two rows, and the statements of loads into it, run one by one on the engine. */
export interface PlannedLoads {
  readonly world: World;
  /** The table as it was, and a session of its own: before each test. */
  begin(): Promise<void>;
  load(
    operation: LoadOperation,
    header: string,
    inputs: readonly Input[],
    more?: Partial<LoadOptions>,
  ): Promise<{ failed: string[]; good: string[]; counts: unknown; error?: string; merge?: string }>;
  /** Rows of a query in the session of the last load. */
  rows(sql: string): Promise<Value[][]>;
  /** The table as it is. */
  table(): Promise<Value[][]>;
}

/** Rows as COPY would stage them, and lines as it would reject them; the rest of the load is run as it is planned. */
type Staged = { readonly rows: readonly (readonly (string | null)[])[]; readonly rejected?: readonly number[] };
/** A file, which COPY reads, or what it would make of one. */
type Input = Staged | { readonly text: string };

const rowsOf = (manifest: string): number => summarize(Manifest.parse(JSON.parse(manifest)), 'CSV').rows;

export async function startPlannedLoads(): Promise<PlannedLoads> {
  const world = await startWorld();
  let session = '';
  let job = 0;
  const within = () => ({ SessionId: session, WorkgroupName: undefined, Database: undefined });

  const begin = async (): Promise<void> => {
    const opened = await world.run('create schema if not exists spectra', { ...target, SessionKeepAliveSeconds: 600 });
    session = opened.SessionId ?? '';
    await must('drop table if exists public.people');
    await must(
      'create table public.people (id int not null, name varchar(5), born date, ok boolean not null default true)',
    );
    await must("insert into public.people values (1, 'ann', '2001-01-01', true), (2, 'bob', null, false)");
  };

  async function must(sql: string): Promise<void> {
    const { Status, Error: why } = await world.run(sql, within());
    if (Status !== 'FINISHED') throw new Error(`${why ?? ''}\n${sql}`);
  }

  async function load(
    operation: LoadOperation,
    header: string,
    inputs: readonly Input[],
    more: Partial<LoadOptions> = {},
  ): Promise<{ failed: string[]; good: string[]; counts: unknown; error?: string; merge?: string }> {
    job += 1;
    const options = LoadOptions.parse({ ...(operation === 'insert' ? {} : { external_id_field: 'id' }), ...more });
    const bytes = new TextEncoder().encode(`${header}\n`);
    const source = (number: number) => {
      const input = inputs[number - 1];
      const head = input && 'text' in input ? new TextEncoder().encode(input.text) : bytes;
      return textSource({ number, bytes: head, whole: true }, { ...options, content_type: 'CSV' });
    };
    const { statements } = planLoad({
      job_id: `JOB${job}`,
      operation,
      object: 'public.people',
      options,
      files: inputs.map((_input, index) => ({
        source: source(index + 1),
        url: `s3://${bucket}/${job}/file/${index + 1}`,
      })),
      target: people,
      load_schema: 'spectra',
      prefix: `s3://${bucket}/${job}/`,
      iam_role: 'default',
    });
    let error: string | undefined;
    let merge: string | undefined;
    let fills = false;
    for (const sql of statements) {
      const step = stepOf(sql) ?? '';
      const number = Number(/^(?:stage|copy|errors)_(\d)$/.exec(step)?.[1] ?? 0);
      const input = inputs[number - 1];
      const isStaged = input !== undefined && 'rows' in input;
      if (step.startsWith('copy_') && isStaged) {
        fills = sql.includes('FILLRECORD');
        continue;
      }
      if (step.startsWith('copy_') && input && 'text' in input)
        await world.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: `${job}/file/${number}`, Body: Buffer.from(input.text) }),
        );
      // The engine of these tests may have none: its text is held to what it must be.
      if (sql.includes('MERGE INTO')) {
        merge = sql;
        continue;
      }
      if (step.startsWith('errors_') && isStaged) await stage(input, number, fills ? 4 : 0);
      else {
        const { Status, Error: why } = await world.run(
          isStaged ? sql.replace('BIGINT IDENTITY(1,1)', 'BIGINT') : sql,
          within(),
        );
        if (Status === 'FINISHED') continue;
        error = `${step}: ${why ?? ''}`;
        break;
      }
    }
    const text = async (name: string) => (await world.object(`${job}/${name}`)).toString();
    const failed = (await text('failed000.csv')).trimEnd().split('\n').slice(1);
    const good = (await text('good000.csv')).trimEnd().split('\n');
    return {
      failed,
      good,
      counts: { processed: rowsOf(await text('goodmanifest')), failed: rowsOf(await text('failedmanifest')) },
      ...(error === undefined ? {} : { error }),
      ...(merge === undefined ? {} : { merge }),
    };
  }

  async function stage(input: Staged, number: number, spills: number): Promise<void> {
    const literal = (value: string | null) => (value === null ? 'NULL' : `'${value}'`);
    // In one file without gaps, though not from 1.
    const step = number === 2 ? 1 : 7;
    const rows = input.rows.map((row, index) => {
      const all = [...row, ...Array.from({ length: spills }, () => null)];
      return `(${index * step + 3}, ${all.map(literal).join(', ')})`;
    });
    if (rows.length > 0) await must(`insert into in_${number} values ${rows.join(', ')}`);
    for (const line of input.rejected ?? [])
      await must(`insert into rejected values (${number}, ${line}, 'name', 'no')`);
  }

  const table = (): Promise<Value[][]> =>
    world.rows('select id, name, born::varchar, case when ok then 1 else 0 end from public.people order by id, name');

  return { world, begin, load, rows: (sql) => world.rows(sql, within()), table };
}
