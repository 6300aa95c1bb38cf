import type { LoadOptions } from '../../../contract/load.ts';
import { startPlannedLoads, type PlannedLoads } from './planned-loads.ts';

let loads: PlannedLoads;

beforeAll(async () => {
  loads = await startPlannedLoads();
});
afterAll(() => loads.world.close());
beforeEach(() => loads.begin());

it('inserts what is readable, and tells of each other row its line, its column and the reason', async () => {
  const { failed, good, counts, error } = await loads.load('insert', 'id,Name,born,ok', [
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
  expect(await loads.table()).toEqual([
    [1, 'ann', '2001-01-01', 1],
    [2, 'bob', null, 0],
    [3, 'cyd', '2003-03-03', 1],
    [9, 'ünü', null, 0],
  ]);
});

it('counts lines behind those that COPY itself rejected, file by file', async () => {
  const row = (id: number) => [String(id), 'n', null, 't'];
  const { failed, good, counts } = await loads.load('insert', 'id,name,born,ok', [
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
    ',,,,"UNREADABLE_ROW: no (its contents are in the file alone, on this line)",2,1,name',
    ',,,,"UNREADABLE_ROW: no (its contents are in the file alone, on this line)",3,1,name',
    ',,,,"UNREADABLE_ROW: no (its contents are in the file alone, on this line)",6,1,name',
    ',,,,"UNREADABLE_ROW: no (its contents are in the file alone, on this line)",4,3,name',
    ',,,,"UNREADABLE_ROW: no (its contents are in the file alone, on this line)",5,3,name',
  ]);
  expect(counts).toEqual({ processed: 7, failed: 5 });
});

const unread = (reason: string, line: number, column: string) =>
  `,,,,"UNREADABLE_ROW: ${reason} (its contents are in the file alone, on this line)",${line},1,${column}`;

it('a row with too many or too few fields is told whole where the last column can not be empty', async () => {
  const text = [
    'id,name,born,ok',
    '3,cyd,,t',
    '4,a,2020-01-01,t,"b,c",,d',
    '5,e',
    '6,f,,t,',
    '',
    '7,g,,t,1,2,3,4,5',
    '8,"h"x,,t',
    'x',
    `9,i,,t,${'i'.repeat(16_001)}`,
    `10,j,,t,${[1, 2, 3, 4].map(() => 'ü'.repeat(8_000)).join(',')}`,
    '11,k,,t',
  ].join('\n');
  const { failed, good, counts, error } = await loads.load('insert', '', [{ text }]);
  expect(error).toBeUndefined();
  expect(failed.map((row) => row.replace(/ü+/g, 'ü'))).toEqual([
    '4,a,2020-01-01,t,"TOO_MANY_FIELDS: the row has more fields than the header: b,c,,d",3,1,',
    '5,e,,,NULL_NOT_ALLOWED: ok takes no NULL,4,1,ok',
    ',,,,NULL_NOT_ALLOWED: id takes no NULL,6,1,id',
    unread('Extra column(s) found', 7, ''),
    unread('Invalid quote formatting for CSV', 8, 'name'),
    'x,,,,INVALID_VALUE: the value of id cannot be read as INTEGER,9,1,id',
    unread('String length exceeds DDL length', 10, ''),
    '10,j,,t,"TOO_MANY_FIELDS: the row has more fields than the header: ü,ü,ü,ü",11,1,',
  ]);
  expect(good.slice(1)).toEqual(['3,cyd,,t,2,1', '6,f,,t,5,1', '11,k,,t,12,1']);
  expect(counts).toEqual({ processed: 3, failed: 8 });
});

it('a row that ends early is never taken for one whose last fields are empty', async () => {
  const { failed, good } = await loads.load('insert', '', [
    { text: 'id,ok,name\n3,t,\n4,t\n5,t,""\n6,t,x,y\n' },
    { text: 'id,name,ok\n7,,t\n8,h\n9,i,t,more\n' },
  ]);
  expect(good.slice(1).sort()).toEqual(['3,t,,2,1', '5,t,,4,1', '7,t,,2,2']);
  expect(failed).toEqual([
    expect.stringMatching(/^,,,"?UNREADABLE_ROW: Delimiter not found.*,3,1,name$/),
    expect.stringMatching(/^,,,"?UNREADABLE_ROW: Extra column\(s\) found.*,5,1,name$/),
    '8,,h,NULL_NOT_ALLOWED: ok takes no NULL,3,2,ok',
    '9,t,i,TOO_MANY_FIELDS: the row has more fields than the header: more,4,2,',
  ]);
});

it('with null_as, a row that ends early has empty texts, which are no values of the last column', async () => {
  const { failed, good } = await loads.load(
    'insert',
    '',
    [{ text: 'id;ok;name;born\n3;t;;~\n4;t;\n5;t;;~;~;~\n6;t;~;~;~;x\n7;t;;2020-01-01' }],
    { null_as: '~', column_delimiter: 'SEMICOLON' },
  );
  expect(good.slice(1)).toEqual(['3;t;;~;2;1', '5;t;;~;4;1', '7;t;;2020-01-01;6;1']);
  expect(failed).toEqual([
    '4;t;;;INVALID_VALUE: the value of born cannot be read as DATE;3;1;born',
    '6;t;~;~;"TOO_MANY_FIELDS: the row has more fields than the header: ;x";5;1;~',
  ]);
});

it('updates rows that are there, and leaves columns alone that the files do not have', async () => {
  const { failed, counts, error } = await loads.load('update', 'name,id', [
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
  expect(await loads.table()).toEqual([
    [1, 'new', '2001-01-01', 1],
    [2, null, null, 0],
  ]);
});

it('upserts, rejects every copy of a key that comes twice, and tells which rows are new', async () => {
  const { failed, good, counts, error, merge } = await loads.load('upsert', 'id,name', [
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
  expect(await loads.rows('select t1, s2 from staged order by t1')).toEqual([
    [1, 'new'],
    [3, 'cyd'],
    [5, 'eve'],
  ]);
});

it('upserts keys alone', async () => {
  const { counts, error } = await loads.load('upsert', 'id', [{ rows: [['1'], ['3']] }]);
  expect(error).toBeUndefined();
  expect(counts).toEqual({ processed: 2, failed: 0 });
  expect((await loads.table()).map(([id, name]) => `${id} ${name}`)).toEqual(['1 ann', '2 bob', '3 null']);
});

it('deletes by key, whatever else the files have', async () => {
  const { failed, counts } = await loads.load('delete', 'id,comment', [
    {
      rows: [
        ['2', 'gone'],
        ['9', null],
      ],
    },
  ]);
  expect(failed).toEqual(['9,,NO_SUCH_ROW: the table has no row with this key,3,1,']);
  expect(counts).toEqual({ processed: 1, failed: 1 });
  expect((await loads.table()).map(([id]) => id)).toEqual([1]);
});

it('loads what transforms make, whose columns may be called as ours are', async () => {
  const { good, counts, error } = await loads.load(
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
  expect((await loads.table()).at(-1)).toEqual([5, "dan'x", '2020-01-02', 0]);
});

it.each<[Partial<LoadOptions>, string, string | undefined]>([
  [{ max_errors: 0 }, 'fails', 'max_errors'],
  [{ max_errors: 1 }, 'is done', undefined],
  [{ all_or_nothing: true }, 'fails', 'all_or_nothing'],
])('with one rejected row, a load with %j %s', async (options, _what, step) => {
  const { good, error } = await loads.load('insert', 'id,name', [{ rows: [['3', 'cyd']], rejected: [3] }], options);
  expect(error?.split(':')[0]).toBe(step);
  expect(good.slice(1)).toEqual(['3,cyd,2,1']);
  expect(await loads.table()).toHaveLength(step === undefined ? 3 : 2);
});
