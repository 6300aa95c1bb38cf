import { startWorld, type World } from '../harness.ts';
import { failure, loadingInto, type Loading } from './loading.ts';

const MB = 1024 * 1024;

describe('a COPY of rows that are not acceptable', () => {
  let world: World;
  let loading: Loading;

  beforeAll(async () => {
    world = await startWorld();
    loading = loadingInto(world);
  });
  afterAll(() => world.close());

  /** Loads a bad row between two good ones, with one error allowed and with none. */
  const between = async (columns: string, before: string, bad: string | Buffer, after: string, options: string) => {
    const table = await loading.table(columns);
    const body = Buffer.concat([before, bad, after].map((part) => Buffer.from(part)));
    const strict = await loading.load(table, body, options);
    expect(strict.Error).toBe(failure(table));
    const lenient = await loading.load(table, body, `${options} maxerror 1`);
    expect(lenient).toMatchObject({ Status: 'FINISHED', ResultRows: 2 });
    expect(await world.rows(`select count(*) from ${table}`)).toEqual([[2]]);
    const errors = await loading.errorsOf(lenient);
    expect(await loading.errorsOf(strict)).toEqual(errors);
    return errors;
  };

  it.each([
    ['int', 'x', 1207, `Invalid digit, Value 'x', Pos 0, Type: Integer`],
    ['int', '1.5', 1207, `Invalid digit, Value '.', Pos 1, Type: Integer`],
    ['int', '1e3', 1207, `Invalid digit, Value 'e', Pos 1, Type: Integer`],
    ['int', '0x1f', 1207, `Invalid digit, Value 'x', Pos 1, Type: Integer`],
    ['int', '1_0', 1207, `Invalid digit, Value '_', Pos 1, Type: Integer`],
    ['int', '2147483648', 1222, 'Overflow for Integer: value out of range'],
    ['smallint', '-32769', 1222, 'Overflow for Short: value out of range'],
    ['decimal(4,2)', '123.4', 1204, 'Numeric Overflow. Column precision 4, scale 2'],
    ['decimal(4,2)', '1,2', 1202, 'Extra column(s) found'],
    ['decimal(4,2)', 'a', 1207, `Invalid digit, Value 'a', Pos 0, Type: Decimal`],
    ['float8', '1.x', 1207, `Invalid digit, Value 'x', Pos 2, Type: Double`],
    ['boolean', 'maybe', 1210, 'Unknown boolean format'],
    ['date', '2024-1-2', 1205, 'Invalid Date Format - length must be 10 or more'],
    ['date', '2024-02-30', 1205, 'Invalid Date Format or value [YYYY-MM-DD]'],
    ['timestamp', 'yesterday at noon', 1206, 'Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]'],
    ['varchar(3)', 'ää', 1204, 'String length exceeds DDL length'],
    ['char(3)', 'ä', 1215, 'Multibyte character not supported for CHAR (Hint: try using VARCHAR)'],
    ['int not null', '', 1213, 'Missing data for not-null field'],
    ['int not null', ' ', 1213, 'Missing data for not-null field'],
    ['super', '{', 1224, 'Input data is not a well-formed JSON for the SUPER data type'],
  ])('rejects for %s: "%s"', async (type, text, code, reason) => {
    const errors = await between(`n int, a ${type}, z int`, '1,,3\n', `2,${text},3\n`, '3,,3\n', 'csv').catch(() =>
      between(`n int, a ${type}, z int`, '1,1,3\n', `2,${text},3\n`, '3,1,3\n', 'csv'),
    );
    expect(errors).toEqual([[2, code === 1202 ? 'z' : 'a', code, reason]]);
  });

  it.each([
    ['too few fields', 'x\n', 'b', 1214, 'Delimiter not found'],
    ['no field at all', '\n', 'b', 1214, 'Delimiter not found'],
    ['too many fields', 'x,y,z\n', 'b', 1202, 'Extra column(s) found'],
    ['text behind a quote', '"x"y,z\n', 'a', 1214, 'Invalid quote formatting for CSV'],
    ['NUL', 'x,\0\n', 'b', 1216, 'Missing newline: Unexpected character 0x0 found'],
    [
      'half a character',
      Buffer.from([0x78, 0x2c, 0xc3, 0x0a]),
      'b',
      1220,
      'String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: c3 (error 2)',
    ],
    [
      'Latin 1',
      Buffer.from([0xe9, 0x61, 0x2c, 0x78, 0x0a]),
      'a',
      1220,
      'String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: e9 (error 4)',
    ],
  ])('rejects a row of CSV with %s', async (_, bad, column, code, reason) => {
    const errors = await between('a varchar(9), b varchar(9)', '"1\n1",x\n', bad, '3,y', 'csv');
    expect(errors).toEqual([[2, column, code, reason]]);
  });

  it('rejects a quote that never closes, and with it the rest of the file', async () => {
    const table = await loading.table('a int, b varchar(9)');
    const described = await loading.load(table, '1,x\n2,"y\n3,z\n', 'csv maxerror 1');
    expect(described.ResultRows).toBe(1);
    expect(await loading.errorsOf(described)).toEqual([[2, 'b', 1214, 'Delimited value missing end quote']]);
  });

  it('rejects a row larger than 4 MB and goes on behind it', async () => {
    const wide = 'x'.repeat(5 * MB);
    const errors = await between('a varchar(9), b varchar(9)', '1,x\n', `2,${wide}\n`, '3,y\r\n', 'csv');
    expect(errors).toEqual([[2, 'a', 1216, `Input row is larger than the limit of ${4 * MB} bytes`]]);
  });

  it.each([
    ['an array', '[{"a":2}]', 1216, 'Invalid JSONPath format: Member is not an object.'],
    ['a number', '12', 1216, 'Invalid value.'],
    ['a broken object', '{"a":2,}', 1216, 'Invalid value.'],
    ['an unknown word', '{"a":2,"z":nope}', 1216, 'Invalid value.'],
    ['a number that JSON has not', '{"a":02}', 1216, 'Invalid value.'],
    ['a wrong escape', String.raw`{"a":2,"b":"\x"}`, 1216, 'Invalid value.'],
    [
      'an object over 4 MB',
      `{"a":2,"b":"${'x'.repeat(5 * MB)}"}`,
      1216,
      `JSON object is larger than the limit of ${4 * MB} bytes`,
    ],
  ])('rejects JSON with %s', async (_, bad, code, reason) => {
    const errors = await between('a int, b varchar(9)', '{"a":1}\n', `${bad}\n`, '{"a":3}', `json 'auto'`);
    expect(errors).toEqual([[2, '', code, reason]]);
  });

  it('names the column of a JSON value and the line on which its object ends', async () => {
    const errors = await between('a int, b varchar(9)', '{"a":1}\n', '{\n"a":\n"x"}\n', '{"a":3}', `json 'auto'`);
    expect(errors).toEqual([[4, 'a', 1207, `Invalid digit, Value 'x', Pos 0, Type: Integer`]]);
  });

  it('counts records of CSV as lines, header included, where the real one may count line breaks', async () => {
    const body = 'a,b\n"1\n2\n3",1\n\nx,y\n"4\n5",2\nz,3,4\nz,w\n';
    const table = await loading.table('a varchar(9), b int');
    const described = await loading.load(table, body, 'csv ignoreheader 1 maxerror 10');
    expect((await loading.errorsOf(described)).map(([line, , code]) => [line, code])).toEqual([
      [3, 1214],
      [4, 1207],
      [6, 1202],
      [7, 1207],
    ]);
  });

  it('finds the lines of bad values in a large ordinary file', async () => {
    const table = await loading.table('a int, b varchar(9)');
    const rows = Array.from({ length: 500_000 }, (_, n) => (n % 100_000 === 77_777 ? `x${n},\n` : `${n},"q\nq"\n`));
    const described = await loading.load(table, rows.join(''), 'csv maxerror 5');
    expect(described.ResultRows).toBe(499_995);
    const lines = (await loading.errorsOf(described)).map(([line]) => line);
    expect(lines).toEqual([77_778, 177_778, 277_778, 377_778, 477_778]);
  });

  it('bears MAXERROR rejected rows over all files and not one more', async () => {
    const table = await loading.table('a int');
    await loading.put('bounds/1', '1\nx\n2\n');
    await loading.put('bounds/2', 'y\n3\n4,5\n');
    expect((await loading.copy(table, 'bounds/', 'csv maxerror 3')).ResultRows).toBe(3);
    const failed = await loading.copy(table, 'bounds/', 'csv maxerror 2');
    expect(failed.Error).toBe(failure(table));
    expect(await loading.errorsOf(failed)).toHaveLength(3);
    expect(await world.rows(`select count(*) from ${table}`)).toEqual([[3]]);
  });

  it('bears 100,000 rejected rows', async () => {
    const table = await loading.table('a int, b int');
    const described = await loading.load(table, `1,2\n${'x,1\ny\n'.repeat(50_000)}3,4\n`, 'csv maxerror 100000');
    expect(described.ResultRows).toBe(2);
    expect(await loading.errorsOf(described)).toHaveLength(100_000);
  });

  it('reads the same rows whichever of its two readers a file needs', async () => {
    const pieces = ['a', '1', ' ', '"', '""', ',', '|', 'ä', '\\N', '#', "'", '\\', '\n'];
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const field = (): string => {
      const text = Array.from({ length: random(5) }, () => pieces[random(pieces.length)]).join('');
      const plain = !/["\n,|]/.test(text) || (/^ *[^ ",\n|][^",\n|]*"[^",\n|]*$/.test(text) && random(2) === 0);
      return plain ? text : `"${text.replaceAll('"', '""')}"`;
    };
    const rows = Array.from({ length: 2000 }, () => `${field()},${field()},${random(9)}`);
    const read = async (end: string) => {
      const table = await loading.table('id bigint identity(1,1), a varchar(40), b varchar(40), c int');
      const described = await loading.load(table, rows.map((row) => row + end).join(''), 'csv');
      expect(await loading.errorsOf(described)).toEqual([]);
      const { ResultRows: count } = described;
      return { count, rows: await world.rows(`select * from ${table} order by id`) };
    };
    const ordinary = await read('\n');
    expect(ordinary.count).toBe(2000);
    expect(await read('\r\n')).toEqual(ordinary);
  });
});
