import { Manifest } from '../../../contract/results.ts';
import { summarize } from '../../../core/results/manifest.ts';
import { LoadOptions, type LoadOperation } from '../../../contract/load.ts';
import { planLoad } from '../../../core/load/plan.ts';
import { textSource } from '../../../core/load/source.ts';
import { stepOf } from '../../../core/load/statement.ts';
import type { TargetColumn } from '../../../core/load/target.ts';
import { bucket, startWorld, target, type Value, type World } from '../redshift/harness.ts';

const column = (name: string, type: string, more: Partial<TargetColumn> = {}): TargetColumn => ({
  name,
  type,
  nullable: true,
  has_default: false,
  ...more,
});
const people = [
  column('id', 'int4', { nullable: false }),
  column('name', 'character varying', { length: 5 }),
  column('born', 'date'),
  column('ok', 'bool', { nullable: false, has_default: true }),
];

let world: World;
let session: string;
let job = 0;
const within = () => ({ SessionId: session, WorkgroupName: undefined, Database: undefined });

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const opened = await world.run('create schema if not exists spectra', { ...target, SessionKeepAliveSeconds: 600 });
  session = opened.SessionId ?? '';
  await must('drop table if exists public.people');
  await must(
    'create table public.people (id int not null, name varchar(5), born date, ok boolean not null default true)',
  );
  await must("insert into public.people values (1, 'ann', '2001-01-01', true), (2, 'bob', null, false)");
});

async function must(sql: string): Promise<void> {
  const { Status, Error: why } = await world.run(sql, within());
  if (Status !== 'FINISHED') throw new Error(`${why ?? ''}\n${sql}`);
}

/** Rows as COPY would stage them, and lines as it would reject them; the rest of the load is run as it is planned. */
type Input = { readonly rows: readonly (readonly (string | null)[])[]; readonly rejected?: readonly number[] };

async function load(
  operation: LoadOperation,
  header: string,
  inputs: readonly Input[],
  more: Partial<LoadOptions> = {},
): Promise<{ failed: string[]; good: string[]; counts: unknown; error?: string; merge?: string }> {
  job += 1;
  const options = LoadOptions.parse({ ...(operation === 'insert' ? {} : { external_id_field: 'id' }), ...more });
  const bytes = new TextEncoder().encode(`${header}\n`);
  const source = (number: number) => textSource({ number, bytes, whole: true }, { ...options, content_type: 'CSV' });
  const { statements } = planLoad({
    job_id: `JOB${job}`,
    operation,
    object: 'public.people',
    options,
    files: inputs.map((_input, index) => ({ source: source(index + 1), url: `s3://up/f/${index + 1}` })),
    target: people,
    load_schema: 'spectra',
    prefix: `s3://${bucket}/${job}/`,
    iam_role: 'default',
  });
  let error: string | undefined;
  let merge: string | undefined;
  for (const sql of statements) {
    const step = stepOf(sql) ?? '';
    if (step.startsWith('copy_')) continue;
    // The engine of these tests may have none: its text is held to what it must be.
    if (sql.includes('MERGE INTO')) {
      merge = sql;
      continue;
    }
    const number = Number(/^errors_(\d)$/.exec(step)?.[1] ?? 0);
    if (number > 0) await stage(inputs[number - 1], number);
    else {
      const { Status, Error: why } = await world.run(sql.replace('BIGINT IDENTITY(1,1)', 'BIGINT'), within());
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

const rowsOf = (manifest: string): number => summarize(Manifest.parse(JSON.parse(manifest)), 'CSV').rows;

async function stage(input: Input | undefined, number: number): Promise<void> {
  const literal = (value: string | null) => (value === null ? 'NULL' : `'${value}'`);
  // In one file without gaps, though not from 1.
  const step = number === 2 ? 1 : 7;
  const rows = (input?.rows ?? []).map((row, index) => `(${index * step + 3}, ${row.map(literal).join(', ')})`);
  if (rows.length > 0) await must(`insert into in_${number} values ${rows.join(', ')}`);
  for (const line of input?.rejected ?? [])
    await must(`insert into rejected values (${number}, ${line}, 'name', 'no')`);
}

const table = (): Promise<Value[][]> =>
  world.rows('select id, name, born::varchar, case when ok then 1 else 0 end from public.people order by id, name');

it('inserts what is readable, and tells of each other row its line, its column and the reason', async () => {
  const { failed, good, counts, error } = await load('insert', 'id,Name,born,ok', [
    {
      rows: [
        ['3', 'cyd', '2003-03-03', 'yes'],
        ['x', 'dan', null, 't'],
        [null, 'eve', null, 't'],
        ['6', 'toolong', null, 't'],
        ['7', 'ünü', '31.12.2003', 't'],
        ['8', 'fay', null, null],
        ['9', 'ünü', null, ' NO '],
      ],
    },
  ]);
  expect(error).toBeUndefined();
  expect(failed).toEqual([
    'x,dan,,t,INVALID_VALUE: the value of id cannot be read as INTEGER,3,1,id',
    ',eve,,t,NULL_NOT_ALLOWED: id takes no NULL,4,1,id',
    '6,toolong,,t,VALUE_TOO_LONG: the value of Name is longer than the bytes of VARCHAR(5),5,1,Name',
    '7,ünü,31.12.2003,t,INVALID_VALUE: the value of born cannot be read as DATE,6,1,born',
    '8,fay,,,NULL_NOT_ALLOWED: ok takes no NULL,7,1,ok',
  ]);
  expect(good).toEqual([
    expect.stringMatching(/^id,name,born,ok,_line,_file$/i),
    '3,cyd,2003-03-03,yes,2,1',
    '9,ünü,, NO ,8,1',
  ]);
  expect(counts).toEqual({ processed: 2, failed: 5 });
  expect(await table()).toEqual([
    [1, 'ann', '2001-01-01', 1],
    [2, 'bob', null, 0],
    [3, 'cyd', '2003-03-03', 1],
    [9, 'ünü', null, 0],
  ]);
});

it('counts lines behind those that COPY itself rejected, file by file', async () => {
  const row = (id: number) => [String(id), 'n', null, 't'];
  const { failed, good, counts } = await load('insert', 'id,name,born,ok', [
    { rows: [row(11), row(12), row(13)], rejected: [6, 3, 2] },
    { rows: [row(21), row(22)] },
    { rows: [row(31), row(32)], rejected: [4, 5] },
  ]);
  expect(good.slice(1).sort()).toEqual([
    '11,n,,t,4,1',
    '12,n,,t,5,1',
    '13,n,,t,7,1',
    '21,n,,t,2,2',
    '22,n,,t,3,2',
    '31,n,,t,2,3',
    '32,n,,t,3,3',
  ]);
  expect(failed).toEqual([
    ',,,,UNREADABLE_ROW: no,2,1,name',
    ',,,,UNREADABLE_ROW: no,3,1,name',
    ',,,,UNREADABLE_ROW: no,6,1,name',
    ',,,,UNREADABLE_ROW: no,4,3,name',
    ',,,,UNREADABLE_ROW: no,5,3,name',
  ]);
  expect(counts).toEqual({ processed: 7, failed: 5 });
});

it('updates rows that are there, and leaves columns alone that the files do not have', async () => {
  const { failed, counts, error } = await load('update', 'name,id', [
    {
      rows: [
        ['new', '1'],
        ['gus', '5'],
        ['x', null],
        [null, '2'],
      ],
    },
  ]);
  expect(error).toBeUndefined();
  expect(failed).toEqual([
    'gus,5,NO_SUCH_ROW: the table has no row with this key,3,1,',
    'x,,KEY_IS_NULL: the key column id is NULL,4,1,id',
  ]);
  expect(counts).toEqual({ processed: 2, failed: 2 });
  expect(await table()).toEqual([
    [1, 'new', '2001-01-01', 1],
    [2, null, null, 0],
  ]);
});

it('upserts, rejects every copy of a key that comes twice, and tells which rows are new', async () => {
  const { failed, good, counts, error, merge } = await load('upsert', 'id,name', [
    {
      rows: [
        ['1', 'new'],
        ['3', 'cyd'],
        ['4', 'a'],
      ],
    },
    {
      rows: [
        [' 4', 'b'],
        ['5', 'eve'],
      ],
    },
  ]);
  expect(error).toBeUndefined();
  expect(failed).toEqual([
    '4,a,DUPLICATE_KEY: the files have another row with this key,4,1,',
    ' 4,b,DUPLICATE_KEY: the files have another row with this key,2,2,',
  ]);
  expect(good.slice(1).sort()).toEqual(['1,new,2,1,false', '3,cyd,3,1,true', '5,eve,3,2,true']);
  expect(counts).toEqual({ processed: 3, failed: 2 });
  expect(merge).toBe(
    '/* spectra:apply */ MERGE INTO "public"."people" USING staged ON "people"."id" = staged.t1' +
      ' WHEN MATCHED THEN UPDATE SET "name" = staged.s2' +
      ' WHEN NOT MATCHED THEN INSERT ("id", "name") VALUES (staged.t1, staged.s2)',
  );
  expect(await world.rows('select t1, s2 from staged order by t1', within())).toEqual([
    [1, 'new'],
    [3, 'cyd'],
    [5, 'eve'],
  ]);
});

it('upserts keys alone', async () => {
  const { counts, error } = await load('upsert', 'id', [{ rows: [['1'], ['3']] }]);
  expect(error).toBeUndefined();
  expect(counts).toEqual({ processed: 2, failed: 0 });
  expect((await table()).map(([id, name]) => `${id} ${name}`)).toEqual(['1 ann', '2 bob', '3 null']);
});

it('deletes by key, whatever else the files have', async () => {
  const { failed, counts } = await load('delete', 'id,comment', [
    {
      rows: [
        ['2', 'gone'],
        ['9', null],
      ],
    },
  ]);
  expect(failed).toEqual(['9,,NO_SUCH_ROW: the table has no row with this key,3,1,']);
  expect(counts).toEqual({ processed: 1, failed: 1 });
  expect((await table()).map(([id]) => id)).toEqual([1]);
});

it('loads what transforms make, whose columns may be called as ours are', async () => {
  const { good, counts, error } = await load(
    'insert',
    '_id,s1,_line,why',
    [
      {
        rows: [
          ['3', 'CYD', '2003', 'ja'],
          ['4', 'Dan', 'x', 'nein'],
        ],
      },
    ],
    {
      column_mappings: [
        { source_column: '_ID', target_column: 'id', transform: '_id::int + 1' },
        {
          source_column: 's1',
          target_column: 'name',
          transform: `lower(S1) || '''' || "_line"`,
        },
        { source_column: '_line', target_column: 'born', transform: "dateadd(day, 1, date '2020-01-01')::date" },
        { source_column: 'why', target_column: 'ok', transform: "why = 'ja'" },
      ],
    },
  );
  expect(error).toBeUndefined();
  expect(good).toEqual(['_id,s1,_line,why,_line1,_file', '4,Dan,x,nein,3,1']);
  expect(counts).toEqual({ processed: 1, failed: 1 });
  expect((await table()).at(-1)).toEqual([5, "dan'x", '2020-01-02', 0]);
});

it.each<[Partial<LoadOptions>, string, string | undefined]>([
  [{ max_errors: 0 }, 'fails', 'max_errors'],
  [{ max_errors: 1 }, 'is done', undefined],
  [{ all_or_nothing: true }, 'fails', 'all_or_nothing'],
])('with one rejected row, a load with %j %s', async (options, _what, step) => {
  const { good, error } = await load('insert', 'id,name', [{ rows: [['3', 'cyd']], rejected: [3] }], options);
  expect(error?.split(':')[0]).toBe(step);
  expect(good.slice(1)).toEqual(['3,cyd,2,1']);
  expect(await table()).toHaveLength(step === undefined ? 3 : 2);
});
