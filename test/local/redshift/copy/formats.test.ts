import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DescribeTableCommand } from '@aws-sdk/client-redshift-data';
import { bucket, startWorld, target, type World } from '../harness.ts';
import { failure, loadingInto, type Loading } from './loading.ts';
import { bzip2 } from './packers.ts';

const PACKERS = {
  '': (data: Buffer) => data,
  gzip: (data: Buffer) => gzipSync(data),
  zstd: (data: Buffer) => zstdCompressSync(data),
  bzip2,
};
type Packer = keyof typeof PACKERS;

describe('COPY', () => {
  let world: World;
  let loading: Loading;

  beforeAll(async () => {
    world = await startWorld();
    loading = loadingInto(world);
  });
  afterAll(() => world.close());

  const loaded = async (columns: string, body: string | Buffer, options: string) => {
    const table = await loading.table(columns);
    const described = await loading.load(table, body, options);
    if (described.Status !== 'FINISHED') throw new Error(described.Error);
    return { described, rows: await world.rows(`select * from ${table} order by 1`) };
  };

  const compressions: readonly Packer[] = ['', 'gzip', 'zstd', 'bzip2'];
  const texts = [
    ['csv', '1,"ä,""\n😀"\n2,\n'],
    [`delimiter '|'`, '1|ä,"\n2|\n'],
    [`json 'auto'`, '{"a":1,"b":"ä,\\"\\n😀"}\n{"b":"","a":2}'],
  ] as const;

  it.each(texts.flatMap(([format, body]) => compressions.map((packer) => [format, packer, body] as const)))(
    'loads %s %s with every character of it',
    async (format, packer, body) => {
      const data = await PACKERS[packer](Buffer.from(body));
      const { described, rows } = await loaded('a int, b varchar(20)', data, `${format} ${packer}`);
      expect(described.ResultRows).toBe(2);
      expect(rows).toEqual([
        [1, format === `delimiter '|'` ? 'ä,"' : 'ä,"\n😀'],
        [2, ''],
      ]);
    },
  );

  it.each([
    ['gzip', (data: Buffer) => gzipSync(data)],
    ['zstd', (data: Buffer) => zstdCompressSync(data)],
    ['bzip2', bzip2],
  ] as const)(
    'fails on a %s file that was cut off or is something else, and loads nothing of it',
    async (name, pack) => {
      const whole = await pack(Buffer.from(Array.from({ length: 50_000 }, (_, n) => `${n},${n * 7919}\n`).join('')));
      const table = await loading.table('a int, b int');
      for (const bad of [whole.subarray(0, whole.length >> 1), whole.subarray(0, -3), Buffer.from('1,2\n3,4\n')]) {
        const described = await loading.load(table, bad, `csv maxerror 100 ${name}`);
        expect(described.Error).toContain(`The file is no whole ${name} file: `);
      }
      expect(await world.rows(`select count(*) from ${table}`)).toEqual([[0]]);
      expect((await loading.load(table, whole, `csv ${name}`)).ResultRows).toBe(50_000);
    },
  );

  it('takes CRLF, a byte order mark, a last line without end, and spaces about numbers', async () => {
    const body = '\ufeffa,b\r\n 1 ,x\r\n2,"y\r\nz"\r\n3,';
    const { rows } = await loaded('a int, b varchar(9)', body, 'csv ignoreheader 1');
    expect(rows).toEqual([
      [1, 'x'],
      [2, 'y\r\nz'],
      [3, ''],
    ]);
  });

  it('loads nothing from an empty file and from one that is a header only', async () => {
    for (const body of ['', '\ufeff', 'a,b\n', 'a,b\r\n', 'a,b']) {
      const { described, rows } = await loaded('a int, b varchar(9)', body, 'csv ignoreheader 1');
      expect([described.ResultRows, rows]).toEqual([0, []]);
    }
    expect((await loaded('a int', '', `json 'auto'`)).rows).toEqual([]);
  });

  it('loads 200 columns', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `c${index}`);
    const { rows } = await loaded(
      names.map((name) => `${name} varchar(10)`).join(', '),
      `${names.join(',')}\n`.repeat(3),
      'csv',
    );
    expect(rows).toEqual([names, names, names]);
  });

  it('reads values as Redshift does: excess decimals are cut, words are booleans, nothing is NULL but for text', async () => {
    const columns =
      'a bigint, b decimal(8,2), c boolean, d date, e timestamp, f timestamptz, g float8, h char(3), i super, j smallint';
    const body =
      '9223372036854775807,-1.239,YES,2024-02-29,2024-01-02 03:04:05.678,2024-01-02 03:04:05+02,1e3,abc,"{""k"":[1]}",-5\n,,,,,,,,,\n';
    const { rows } = await loaded(columns, body, 'csv');
    expect(rows).toEqual([
      [
        ...['9223372036854775807', '-1.23', true, '2024-02-29', '2024-01-02 03:04:05.678', '2024-01-02 01:04:05+00'],
        ...[1000, 'abc', '{"k":[1]}', -5],
      ].map((value, index) => (index === 0 ? Number(value) : value)),
      [null, null, null, null, null, null, null, '', null, null],
    ]);
    expect((await loaded('b decimal(8,2)', '1.239\n', 'csv roundec')).rows).toEqual([['1.24']]);
  });

  it.each([
    ['no option', [['\\n'], [' '], [''], ['x ']]],
    [`null as 'x '`, [['\\n'], [' '], [''], [null]]],
    ['emptyasnull', [['\\n'], [' '], [null], ['x ']]],
    ['blanksasnull', [['\\n'], [null], [''], ['x ']]],
    ['trimblanks', [['\\n'], [''], [''], ['x']]],
  ])('keeps text as it is but for %s', async (options, expected) => {
    const body = '1,\\n\n2, \n3,\n4,x \n';
    const { rows } = await loaded('n int, a varchar(9)', body, `csv ${options === 'no option' ? '' : options}`);
    expect(rows.map(([, value]) => [value])).toEqual(expected);
  });

  it('takes \\N for NULL by default', async () => {
    expect((await loaded('a varchar(9)', '\\N\n', 'csv')).rows).toEqual([[null]]);
  });

  it.each([
    [`dateformat 'DD.MM.YYYY'`, '31.12.2023', '2023-12-31'],
    [`dateformat 'auto'`, '12/31/2023', '2023-12-31'],
    [`dateformat 'auto'`, '20231231', '2023-12-31'],
    ['acceptanydate', 'nonsense', null],
  ])('reads dates by %s', async (options, text, expected) => {
    expect((await loaded('a date', `${text}\n`, `csv ${options}`)).rows).toEqual([[expected]]);
  });

  it.each([
    [`timeformat 'epochsecs'`, '1704164645', '2024-01-02 03:04:05'],
    [`timeformat 'epochmillisecs'`, '1704164645678', '2024-01-02 03:04:05.678'],
    [`timeformat 'auto'`, '01/02/2024 03:04:05', '2024-01-02 03:04:05'],
    [`timeformat 'DD.MM.YYYY HH24:MI'`, '02.01.2024 03:04', '2024-01-02 03:04:00'],
  ])('reads timestamps by %s', async (options, text, expected) => {
    expect((await loaded('a timestamp', `${text}\n`, `csv ${options}`)).rows).toEqual([[expected]]);
  });

  it('fills short rows, cuts long text between characters and replaces what is no UTF-8, when told to', async () => {
    expect((await loaded('a int, b varchar(9), c int', '1\n2,x\n', 'csv fillrecord')).rows).toEqual([
      [1, '', null],
      [2, 'x', null],
    ]);
    expect((await loaded('a varchar(4)', 'aaää\n', 'csv truncatecolumns')).rows).toEqual([['aaä']]);
    expect((await loaded('a varchar(5)', 'aaaää\n', 'csv truncatecolumns')).rows).toEqual([['aaaä']]);
    const bad = Buffer.from([0x61, 0xe9, 0x62, 0x0a, 0xe2, 0x82, 0x0a]);
    expect((await loaded('a varchar(9)', bad, `csv acceptinvchars as '^'`)).rows).toEqual([['^^'], ['a^b']]);
  });

  it.each([
    [
      'rows are alike',
      '1,x\n2,\n',
      [
        [1, 'x', '', null, null],
        [2, '', '', null, null],
      ],
    ],
    [
      'rows differ',
      '1,x,,y\n2\n3,,,\n',
      [
        [1, 'x', '', 'y', null],
        [2, '', '', null, null],
        [3, '', '', '', null],
      ],
    ],
    [
      'rows end with CR and LF',
      '1,x\r\n2\r\n',
      [
        [1, 'x', '', null, null],
        [2, '', '', null, null],
      ],
    ],
  ])('FILLRECORD gives VARCHAR an empty text and all else NULL, where %s', async (_what, text, rows) => {
    const columns = 'a int, b varchar(9), c varchar(9), d char(4), e date';
    expect((await loaded(columns, text, 'csv fillrecord')).rows).toEqual(rows);
  });

  it('FILLRECORD takes what EMPTYASNULL and NULL AS make of an empty text, and no row with too many fields', async () => {
    const text = '1,x\n2\n';
    const columns = 'a int, b varchar(9), c varchar(9)';
    const asNull = [
      [1, 'x', null],
      [2, null, null],
    ];
    expect((await loaded(columns, text, 'csv fillrecord emptyasnull')).rows).toEqual(asNull);
    expect((await loaded(columns, text, `csv fillrecord null as ''`)).rows).toEqual(asNull);
    expect((await loaded(columns, text, `csv fillrecord null as 'x'`)).rows).toEqual([
      [1, null, ''],
      [2, '', ''],
    ]);
    expect(
      (await loaded(columns, '"1\n1",x\n2,y\n3,x,y,z\n', 'csv fillrecord ignoreheader 1 maxerror 1')).rows,
    ).toEqual([[2, 'y', '']]);
    await expect(loaded(columns, '1,x,y,z\n', 'csv fillrecord')).rejects.toThrow('sys_load_error_detail');
  });

  it('takes JSON objects wherever they begin, with the text of numbers, nested values and missing members', async () => {
    const body = `  {"a":1, "b":1.50, "c":true} {"A":2}\n\n{\n"c":{"x" : [1, "}"]},\n"d":9,"b":null,"a":3}{"a":4,"b":"\\u00e4\\ud83d\\ude00"}`;
    const { rows } = await loaded('a int, b varchar(20), c varchar(40)', body, `json 'auto ignorecase'`);
    expect(rows).toEqual([
      [1, '1.50', 'true'],
      [2, null, null],
      [3, null, '{"x" : [1, "}"]}'],
      [4, 'ä😀', null],
    ]);
    const exact = await loaded('a int, b varchar(20)', body, `json 'auto'`);
    expect(exact.rows.map(([a]) => a)).toEqual([1, 3, 4, null]);
    expect((await loaded('s super', '{"a":1.50}', `json 'noshred'`)).rows).toEqual([['{"a":1.50}']]);
  });

  it('loads Parquet by the position of its columns, and refuses other types and numbers of columns', async () => {
    await world.run('create table source (x int, y varchar(10), z timestamp, d decimal(8,2))');
    await world.run(`insert into source values (1, 'ä', '2024-01-02 03:04:05', 1.5), (2, null, null, null)`);
    await world.run(`unload ('select * from source order by x') to 's3://${bucket}/parquet/' iam_role default parquet`);
    const copy = async (columns: string, options = '') => {
      const table = await loading.table(columns);
      return { table, ...(await loading.copy(table, 'parquet/', `format as parquet ${options}`)) };
    };
    const good = await copy('a int, b varchar(10), c timestamp, d decimal(8,2)');
    expect(good.ResultRows).toBe(2);
    expect(await world.rows(`select * from ${good.table} order by a`)).toEqual([
      [1, 'ä', '2024-01-02 03:04:05', '1.50'],
      [2, null, null, null],
    ]);
    const wrong = await copy('a varchar(9), b int, c timestamp, d decimal(8,2)');
    expect(wrong.Error).toContain('has an incompatible Parquet schema for column');
    expect((await copy('a int, b varchar(10)')).Error).toContain('Unmatched number of columns between table and file');
    expect((await copy('a int, b varchar(1), c timestamp, d decimal(8,2)')).Error).toContain('Table: 1, Data: 2');
    expect((await copy('a int, b varchar(9) not null, c timestamp, d decimal(8,2)')).Error).toContain('[23502]');
    expect((await copy('a int', 'maxerror 5')).Error).toContain('MAXERROR argument is not supported');
    const table = await loading.table('a int');
    expect((await loading.load(table, 'no parquet', 'parquet')).Error).toContain('is not a valid Parquet file');
  });

  it('fills identity columns in the order of the file and the others with their defaults', async () => {
    const table = await loading.table(`id bigint identity(10, 5), a int, b int default 7, c varchar(9) default 'x'`);
    const body = Array.from({ length: 300_000 }, (_, n) => `${n}\n`).join('');
    const key = 'identity/file';
    await loading.put(key, body);
    expect((await loading.copy(`${table} (a)`, key, 'csv')).ResultRows).toBe(300_000);
    const wrong = `select count(*) from ${table} where id <> 10 + 5 * a or b <> 7 or c <> 'x'`;
    expect(await world.rows(wrong)).toEqual([[0]]);
    expect((await loading.copy(`${table} (id)`, key, 'csv')).Error).toContain('EXPLICIT_IDS');
    expect((await loading.copy(`${table} (id)`, key, 'csv explicit_ids')).ResultRows).toBe(300_000);
  });

  it('loads every file under a prefix, or those of a manifest', async () => {
    const table = await loading.table('a int');
    for (const [name, body] of [
      ['folder/', ''],
      ['part1', '1\n'],
      ['part2', '2\n'],
      ['part20', '20\n'],
    ] as const)
      await loading.put(`many/${name}`, body);
    expect((await loading.copy(table, 'many/', 'csv')).ResultRows).toBe(3);
    const url = (name: string): string => `s3://${bucket}/many/${name}`;
    const entries = [{ url: url('part2'), mandatory: true }, { url: url('gone') }];
    await loading.put('manifest1', JSON.stringify({ entries }));
    expect((await loading.copy(table, 'manifest1', 'csv manifest')).ResultRows).toBe(1);
    await loading.put('manifest2', JSON.stringify({ entries: [{ url: url('gone'), mandatory: true }] }));
    expect((await loading.copy(table, 'manifest2', 'csv manifest')).Error).toContain('mandatory file');
    expect((await loading.copy(table, 'nothing/here', 'csv')).Error).toBe(
      `ERROR: The specified S3 prefix 'nothing/here' does not exist [XX000]`,
    );
    expect((await loading.copy(table, 'nothing', 'csv manifest')).Error).toContain('does not exist');
  });

  it('checks and loads nothing with NOLOAD', async () => {
    const table = await loading.table('a int');
    expect(await loading.load(table, '1\n', 'csv noload')).toMatchObject({ Status: 'FINISHED', ResultRows: 0 });
    expect((await loading.load(table, 'x\n', 'csv noload')).Error).toBe(failure(table));
    expect(await world.rows(`select count(*) from ${table}`)).toEqual([[0]]);
  });

  it.each([
    ['csv maxerror 100001', '22023'],
    [`csv quote '"' delimiter '"'`, '22023'],
    [`csv delimiter '::'`, '22023'],
    [`quote '"'`, '0A000'],
    ['csv escape', '0A000'],
    ['csv removequotes', '0A000'],
    ['csv encoding utf16', '0A000'],
    [`json 'auto' delimiter ','`, '0A000'],
    [`json 'auto' ignoreheader 1`, '0A000'],
    [`json 's3://b/paths.json'`, '0A000'],
    ['parquet gzip', '0A000'],
    ['parquet truncatecolumns', '0A000'],
    ['avro', '0A000'],
    ['csv nonsense', '42601'],
    ['csv json', '42601'],
  ])('refuses %s', async (options, state) => {
    const table = await loading.table('a int');
    expect((await loading.load(table, '1\n', options)).Error).toContain(`[${state}]`);
  });

  it('takes options that have no effect here', async () => {
    const options = `csv compupdate off statupdate on region 'us-east-1' encoding utf8 ignoreblanklines`;
    expect((await loaded('a int', '1\n\n2\n', options)).rows).toEqual([[1], [2]]);
  });

  it('says in DescribeTable how long text may be', async () => {
    const table = await loading.table('a varchar(20), b varchar, c char(5), d varchar(max), e int');
    await world.run(`alter table ${table} add column f varchar(7)`);
    await world.run(`create table if not exists ${table} (a varchar(1))`);
    const command = new DescribeTableCommand({ ...target, Schema: 'public', Table: table });
    const { ColumnList = [] } = await world.client.send(command);
    expect(ColumnList.map(({ length }) => length)).toEqual([20, 256, 5, 65535, 0, 7]);
  });
});
