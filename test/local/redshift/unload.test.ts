import { readdir } from 'node:fs/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
} from '@aws-sdk/client-redshift-data';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { bunzip2 } from '../../support/bunzip2.ts';
import { bucket, startWorld, target, type World } from './harness.ts';

interface Manifest {
  entries: { url: string; meta: { content_length: number; record_count: number } }[];
  schema: { elements: { name: string; type: object }[] };
  meta: { content_length: number; record_count: number };
  author: { name: string };
}

const quoted = (sql: string): string => sql.replaceAll('\\', '\\\\').replaceAll("'", "''");

describe.each([
  ['that sends its files', false],
  ['that hands its files over', true],
])('an UNLOAD %s', (_, takesLocalFiles) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({}, { takesLocalFiles });
    await world.run(
      'create table t (a int, b varchar(20), c boolean, d decimal(10,2), e float8, f timestamp, g super)',
    );
    await world.run(`insert into t values
      (1, 'x,"y"', true, 1.50, 2.0, '2024-01-02 03:04:05.5', json_parse('{"k": 1}')),
      (2, null, false, null, 0.1, null, null), (3, '', null, 12345678.01, null, null, null)`);
  });
  afterAll(() => world.close());

  const unload = (sql: string, prefix: string, options: string) =>
    world.run(`unload ('${quoted(sql)}') to 's3://${bucket}/${prefix}' iam_role default ${options}`);
  const text = async (key: string): Promise<string> => (await world.object(key)).toString();
  const manifestOf = async (prefix: string): Promise<Manifest> =>
    JSON.parse(await text(`${prefix}manifest`)) as Manifest;

  /** What is in the folder of files to be handed over, if there is one. */
  const leftovers = async (): Promise<string[]> =>
    world.s3Server.localFiles === undefined ? [] : readdir(world.s3Server.localFiles);

  it('writes CSV as Redshift does: t and f, exact decimals, doubled quotes, nothing for NULL', async () => {
    expect(await unload('select * from t order by a', 'csv/', 'csv header parallel off')).toMatchObject({
      Status: 'FINISHED',
      ResultRows: -1,
    });
    expect(await text('csv/000')).toBe(
      'a,b,c,d,e,f,g\n1,"x,""y""",t,1.50,2,2024-01-02 03:04:05.5,"{""k"": 1}"\n2,,f,,0.1,,\n3,,,12345678.01,,,\n',
    );
  });

  it('tells NULL from the empty string only with NULL AS', async () => {
    await unload('select a, b from t order by a', 'null/', `csv null as 'NIL' parallel off`);
    expect(await text('null/000')).toBe('1,"x,""y"""\n2,NIL\n3,\n');
  });

  it('writes JSON lines with t and f, nested SUPER and exact decimals', async () => {
    await unload('select * from t order by a', 'json/', 'json parallel off');
    expect(
      (await text('json/000'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { a: 1, b: 'x,"y"', c: 't', d: 1.5, e: 2, f: '2024-01-02 03:04:05.5', g: { k: 1 } },
      { a: 2, b: null, c: 'f', d: null, e: 0.1, f: null, g: null },
      { a: 3, b: '', c: null, d: 12345678.01, e: null, f: null, g: null },
    ]);
    expect(await text('json/000')).toContain('"d":1.50');
    await unload('select 1234567890123456789.01::decimal(30,2) as d', 'json/exact', 'json parallel off');
    expect(await text('json/exact000')).toBe('{"d":1234567890123456789.01}\n');
  });

  it('writes delimited text without a format, counting rows right although a value has a newline', async () => {
    await unload(
      `select a, case a when 1 then 'l1\nl2' else b end as b from t order by a`,
      'text/',
      'parallel off manifest verbose',
    );
    expect(await text('text/000')).toBe('1|l1\nl2\n2|\n3|\n');
    expect((await manifestOf('text/')).meta.record_count).toBe(3);
  });

  it.each([
    ['csv gzip', '0000_part_00.gz', (body: Buffer) => gunzipSync(body)],
    ['csv zstd', '0000_part_00.zst', (body: Buffer) => zstdDecompressSync(body)],
    ['csv bzip2', '0000_part_00.bz2', bunzip2],
    [`csv gzip extension 'csv.gz'`, '0000_part_00.csv.gz', (body: Buffer) => gunzipSync(body)],
    [`csv extension 'csv'`, '0000_part_00.csv', (body: Buffer) => body],
    ['csv', '0000_part_00', (body: Buffer) => body],
  ])('names and compresses the files of %s', async (options, name, unpack) => {
    const prefix = `named/${options.replaceAll(/\W/g, '-')}/`;
    await unload('select a from t order by a', prefix, options);
    expect(await world.keys(prefix)).toEqual([`${prefix}${name}`, `${prefix}${name.replace('0000', '0001')}`]);
    expect(unpack(await world.object(`${prefix}${name}`)).toString()).toBe('1\n2\n3\n');
  });

  it('writes Parquet with the right types', async () => {
    await unload('select a, c, d, sum(a) over () as s, g from t', 'pq/', 'format as parquet manifest verbose');
    const [entry] = (await manifestOf('pq/')).entries;
    expect(entry).toMatchObject({ url: `s3://${bucket}/pq/0000_part_00.parquet`, meta: { record_count: 3 } });
    expect((await world.object('pq/0000_part_00.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect((await manifestOf('pq/')).schema.elements).toEqual([
      { name: 'a', type: { base: 'integer' } },
      { name: 'c', type: { base: 'boolean' } },
      { name: 'd', type: { base: 'numeric', precision: 10, scale: 2 } },
      { name: 's', type: { base: 'bigint' } },
      { name: 'g', type: { base: 'super' } },
    ]);
  });

  it('counts header lines in the manifest, sums up, and gives sizes that are true', async () => {
    const sql = "select generate_series as n, repeat('x', 50) as pad from generate_series(1, 100000)";
    await unload(sql, 'many/', 'csv header manifest verbose');
    const manifest = await manifestOf('many/');
    expect(manifest.entries).toHaveLength(2);
    let lines = 0;
    for (const { url, meta } of manifest.entries) {
      const body = await world.object(url.replace(`s3://${bucket}/`, ''));
      expect(body.length).toBe(meta.content_length);
      expect(body.toString().split('\n').length - 1).toBe(meta.record_count);
      lines += meta.record_count;
    }
    expect(lines).toBe(100_002);
    expect(manifest.meta.record_count).toBe(lines);
    expect(manifest.author.name).toBe('Amazon Redshift');
  });

  it.each(['csv', 'json', 'parquet'])('keeps every file of %s below MAXFILESIZE and loses no row', async (format) => {
    const sql = `select generate_series as n, md5(generate_series::varchar) as pad from generate_series(1, 400000)`;
    await unload(sql, `max/${format}/`, `${format} maxfilesize 5 mb manifest verbose`);
    const { entries, meta } = await manifestOf(`max/${format}/`);
    expect(entries.length).toBeGreaterThan(2);
    expect(Math.max(...entries.map((entry) => entry.meta.content_length))).toBeLessThanOrEqual(5 * 1024 * 1024);
    expect(meta.record_count).toBe(400_000);
  });

  it('writes header-only files for CSV without rows, and nothing at all for JSON and Parquet', async () => {
    const sql = 'select a from t where a > 99';
    await unload(sql, 'zero/csv/', 'csv header manifest verbose');
    expect(await text('zero/csv/0000_part_00')).toBe('a\n');
    expect((await manifestOf('zero/csv/')).meta.record_count).toBe(2);
    for (const format of ['json', 'parquet']) {
      expect((await unload(sql, `zero/${format}/`, `${format} manifest`)).Status).toBe('FINISHED');
      expect(await world.keys(`zero/${format}/`)).toEqual([]);
    }
  });

  it('partitions as Hive does, NULL included, and takes the columns out unless told otherwise', async () => {
    const sql = `select a, case a when 1 then 'x/y' when 2 then 'z' end as p from t`;
    await unload(sql, 'part', 'csv partition by (p) manifest verbose');
    expect((await world.keys('part/')).sort()).toEqual([
      'part/manifest',
      'part/p=__HIVE_DEFAULT_PARTITION__/0000_part_00',
      'part/p=x%2Fy/0000_part_00',
      'part/p=z/0000_part_00',
    ]);
    expect(await text('part/p=z/0000_part_00')).toBe('2\n');
    await unload(sql, 'kept', 'csv partition by (p) include');
    expect(await text('kept/p=z/0000_part_00')).toBe('2,z\n');
  });

  it('reads its literal as Redshift does: doubled quotes, backslashes and dollars', async () => {
    const to = (name: string): string =>
      `to 's3://${bucket}/literal/${name}' iam_role 'arn:aws:iam::0:role/r' csv parallel off`;
    await world.run(`unload ('select ''it''''s'' as q') ${to('doubled')}`);
    await world.run(`unload ('select \\'it\\'\\'s\\' as q') ${to('escaped')}`);
    await world.run(`unload ($$select 'it''s' as q$$) ${to('dollars')}`);
    for (const name of ['doubled', 'escaped', 'dollars']) expect(await text(`literal/${name}000`)).toBe("it's\n");
  });

  it('cannot be broken out of by a backslash before the closing quote', async () => {
    const described = await world.run(
      `unload ('select ''\\'') to ''s3://${bucket}/stolen'' --') to 's3://${bucket}/x' iam_role default`,
    );
    expect(described.Status).toBe('FAILED');
    expect(await world.keys('stolen')).toEqual([]);
  });

  it.each([
    ['csv addquotes', '0A000'],
    ['csv escape', '0A000'],
    ['parquet gzip', '0A000'],
    ['parquet header', '0A000'],
    [`parquet delimiter '|'`, '0A000'],
    ['json header', '0A000'],
    [`json null as 'x'`, '0A000'],
    ['csv cleanpath allowoverwrite', '0A000'],
    ['csv maxfilesize 1 mb', '22023'],
    ['csv nonsense', '42601'],
  ])('refuses %s', async (options, state) => {
    expect((await unload('select 1', 'refused/', options)).Error).toContain(`[${state}]`);
  });

  it.each(['select a from t limit 1', 'select top 1 a from t'])(
    'refuses LIMIT in the outermost select: %s',
    async (sql) => {
      expect((await unload(sql, 'limit/', 'csv')).Error).toContain(
        'LIMIT clause is not supported in the outermost select',
      );
      expect((await unload(`select * from (${sql}) q`, `limit/${sql.length}`, 'csv')).Status).toBe('FINISHED');
    },
  );

  it('refuses a destination with files, overwrites or cleans it when told to', async () => {
    await world.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'there/stray', Body: 'old' }));
    expect((await unload('select 1', 'there/', 'csv')).Error).toContain(
      'Specified unload destination on S3 is not empty',
    );
    expect((await unload('select 1', 'there/', 'csv parallel off allowoverwrite')).Status).toBe('FINISHED');
    expect(await world.keys('there/')).toEqual(['there/000', 'there/stray']);
    await unload('select 1', 'there/', 'csv parallel off cleanpath');
    expect(await world.keys('there/')).toEqual(['there/000']);
  });

  it('reports what S3 refuses', async () => {
    const described = await world.run(`unload ('select 1') to 's3://no-such-bucket/x' iam_role default`);
    expect(described.Error).toMatch(/^ERROR: S3ServiceException:.*Status 404,Error NoSuchBucket/);
  });

  it('gives a small file and a large one to S3 in the way that is tested here', async () => {
    await unload('select a from t', 'way/', 'csv header parallel off');
    const { ETag } = await world.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'way/000' }));
    expect(ETag?.endsWith('-2"')).toBe(takesLocalFiles);
    const sql = "select generate_series as n, repeat('x', 50) as pad from generate_series(1, 50000)";
    await unload(sql, 'way/', 'parquet parallel off allowoverwrite');
    const parquet = await world.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'way/000.parquet' }));
    expect(parquet.ETag?.endsWith('-1"')).toBe(takesLocalFiles);
  });

  it.each(['csv', 'json'])('keeps the order of the query within every file of %s', async (format) => {
    const sql = `select generate_series as n, md5(generate_series::varchar) as pad from generate_series(1, 100000) order by n desc`;
    for (const parallel of ['on', 'off']) {
      const prefix = `order/${format}/${parallel}/`;
      await unload(sql, prefix, `${format} parallel ${parallel}`);
      const keys = await world.keys(prefix);
      expect(keys).toHaveLength(parallel === 'on' ? 2 : 1);
      for (const key of keys) {
        const numbers = (await text(key)).match(/^\D*\d+/gm)?.map((found) => Number(/\d+/.exec(found)?.[0])) ?? [];
        expect(numbers.length).toBeGreaterThan(10_000);
        expect(numbers.every((number, at) => at === 0 || number < (numbers[at - 1] ?? 0))).toBe(true);
      }
    }
  });

  it('publishes no file when the query fails on the way', async () => {
    const sql = 'select 1 / (generate_series - 2000000) as n from generate_series(1, 2500000)';
    expect((await unload(sql, 'failing/', 'csv manifest')).Error).toContain('[22012]');
    expect(await world.keys('failing/')).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it('publishes nothing after a cancel', async () => {
    const sql =
      'select md5(a.generate_series::varchar) from generate_series(1, 100000) a, generate_series(1, 100000) b';
    const command = new ExecuteStatementCommand({
      ...target,
      Sql: `unload ('${sql}') to 's3://${bucket}/cancelled/' iam_role default csv manifest`,
    });
    const { Id } = await world.client.send(command);
    let started = false;
    for (let attempt = 0; attempt < 100 && !started; attempt += 1) {
      const { Status } = await world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 1 }));
      started = Status === 'STARTED';
    }
    await world.client.send(new CancelStatementCommand({ Id }));
    expect(await world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }))).toMatchObject({
      Status: 'ABORTED',
    });
    expect(await world.keys('cancelled/')).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });
});
