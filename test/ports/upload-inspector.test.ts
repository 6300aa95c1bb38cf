import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { S3UploadInspector } from '../../adapters/s3/upload-inspector.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import type { Compression } from '../../contract/formats.ts';
import { fixedLimits } from '../../contract/limits.ts';
import { bzip2 } from '../local/redshift/copy/packers.ts';
import { onEachInspector } from './backends/inspectors.ts';
import { credentials, region } from './backends/results.ts';

const packers: Record<Compression, (data: Buffer) => Buffer | Promise<Buffer>> = {
  NONE: (data) => data,
  GZIP: gzipSync,
  ZSTD: zstdCompressSync,
  BZIP2: bzip2,
};
const compressions = Object.keys(packers) as Compression[];
const packed = compressions.filter((compression) => compression !== 'NONE');

const header = 'id,name\n';
/** More than any head, and hardly compressible. */
const large = Buffer.from(header + randomBytes(900_000).toString('base64'));
const small = Buffer.from(`${header}1,ann\n`);

/** A Parquet file of these columns, as DuckDB writes it. */
async function parquet(columns: string, groups = 1): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'ports-parquet-'));
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const path = join(dir, 'file.parquet');
    const rows = groups * 2048;
    await connection.run(
      `COPY (SELECT ${columns} FROM range(${rows})) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    );
    return await readFile(path);
  } finally {
    connection.closeSync();
    await rm(dir, { recursive: true });
  }
}

onEachInspector((make) => {
  describe('a head', () => {
    it.each(compressions)('of a small %s file is all of it', async (compression) => {
      const { inspector, put } = await make();
      const body = await packers[compression](small);
      const head = await inspector.head(await put(body), compression);
      expect(Buffer.from(head.raw)).toEqual(body);
      expect(Buffer.from(await head.text())).toEqual(small);
      expect(head.whole).toBe(true);
    });

    it.each(compressions)('of a large %s file shows its beginning, at least 64 KB', async (compression) => {
      const { inspector, put } = await make();
      const body = await packers[compression](large);
      const head = await inspector.head(await put(body), compression);
      const text = Buffer.from(await head.text());
      expect(text.length).toBeGreaterThanOrEqual(compression === 'NONE' || compression === 'BZIP2' ? 65_536 : 60_000);
      expect(text.equals(large.subarray(0, text.length))).toBe(true);
    });

    it.each(['GZIP', 'ZSTD'] as const)(
      'of a %s file that is compressed very well is not read without end',
      async (compression) => {
        const { inspector, put } = await make();
        const rows = Buffer.from(header + '1,ann\n'.repeat(5_000_000));
        const { text } = await inspector.head(await put(await packers[compression](rows)), compression);
        const beginning = Buffer.from(await text());
        expect(beginning.length).toBeGreaterThanOrEqual(65_536);
        expect(beginning.length).toBeLessThanOrEqual(4 * 1024 ** 2);
        expect(beginning.equals(rows.subarray(0, beginning.length))).toBe(true);
      },
    );

    it.each(packed)('of a %s file that is cut off still shows how it begins', async (compression) => {
      const { inspector, put } = await make();
      const body = await packers[compression](large);
      const cut = body.subarray(0, compression === 'BZIP2' ? body.length - 100 : 200_000);
      const { text } = await inspector.head(await put(cut), compression);
      expect(Buffer.from((await text()).subarray(0, header.length)).toString()).toBe(header);
    });

    it.each(packed)('that is not %s throws only when it is decompressed', async (compression) => {
      const { inspector, put } = await make();
      const { raw, text } = await inspector.head(await put(small), compression);
      expect(Buffer.from(raw)).toEqual(small);
      await expect(text()).rejects.toThrow();
    });

    it('of an empty file is empty, and whole', async () => {
      const { inspector, put } = await make();
      const { raw, whole } = await inspector.head(await put(Buffer.alloc(0)), 'NONE');
      expect([raw.length, whole]).toEqual([0, true]);
    });
  });

  describe('the schema of a Parquet file', () => {
    it('is read from its footer', async () => {
      const { inspector, put } = await make();
      const upload = await put(await parquet(`1::INTEGER AS id, 'x' AS "Größe", 1.5::DECIMAL(10,2) AS amount`));
      expect(await inspector.parquetSchema(upload)).toMatchObject({
        outcome: 'read',
        schema: [
          { num_children: 3 },
          { name: 'id', type: 'INT32' },
          { name: 'Größe' },
          { name: 'amount', precision: 10 },
        ],
      });
    });

    it('is read whole where the footer is larger than what is fetched at first', async () => {
      const columns = Array.from({ length: 700 }, (_, at) => `${at} AS "column_with_a_long_name_${at}"`);
      const body = await parquet(columns.join(', '), 4);
      expect(body.readUInt32LE(body.length - 8)).toBeGreaterThan(64 * 1024);
      const { inspector, put } = await make();
      const found = await inspector.parquetSchema(await put(body));
      if (found.outcome !== 'read') throw new Error(found.cause);
      expect(found.schema.map(({ name }) => name).slice(-1)).toEqual(['column_with_a_long_name_699']);
      expect(found.schema).toHaveLength(701);
    });

    it('is unreadable, with the reason, where the file is cut off, broken, too short, or says nonsense of itself', async () => {
      const body = await parquet('1 AS a');
      const tooLong = Buffer.from(body);
      tooLong.writeUInt32LE(body.length * 2, body.length - 8);
      const broken = Buffer.from(body);
      broken.fill(0xff, body.length - 40, body.length - 8);
      const enormous = Buffer.concat([Buffer.alloc(17 * 1024 ** 2), body.subarray(-8)]);
      enormous.writeUInt32LE(17 * 1024 ** 2 - 8, enormous.length - 8);
      const files = [body.subarray(0, -10), broken, tooLong, enormous, Buffer.from('PAR1'), small, Buffer.alloc(0)];
      const { inspector, put } = await make();
      for (const file of files) {
        const found = await inspector.parquetSchema(await put(file));
        expect({ bytes: file.length, ...found }).toMatchObject({
          outcome: 'unreadable',
          cause: expect.stringMatching(/./) as unknown,
        });
      }
    });
  });

  describe('an array', () => {
    const array = '\ufeff [ {"a": 1,\n "b": "]},{"} , {"a": 2, "b": [1, {"c": "ü"}]}\r\n]\n';
    const lines = '{"a": 1,  "b": "]},{"}\n{"a": 2, "b": [1, {"c": "ü"}]}\n';

    it.each(compressions)('in a %s file becomes lines, the same each time', async (compression) => {
      const { inspector, put, read } = await make();
      const upload = await put(await packers[compression](Buffer.from(array)));
      for (const _time of [1, 2]) {
        await inspector.arrayToLines(upload, compression, 'uploads/acme/job/lines/0002');
        expect(await read('uploads/acme/job/lines/0002')).toBe(lines);
      }
    });

    it.each<[string, string, string | Buffer, Compression]>([
      ['no array', 'FILE_FORMAT_MISMATCH', '{"a": 1}', 'NONE'],
      ['of no objects', 'FILE_FORMAT_MISMATCH', '[1, 2]', 'NONE'],
      ['cut off', 'FILE_FORMAT_MISMATCH', '[{"a": 1}, {"a"', 'NONE'],
      ['empty', 'FILE_EMPTY', '[]', 'NONE'],
      ['not compressed so', 'FILE_UNREADABLE', '[{"a": 1}]', 'GZIP'],
      ['cut off within its compression', 'FILE_UNREADABLE', gzipSync(array).subarray(0, -12), 'GZIP'],
      ['cut off within its compression', 'FILE_UNREADABLE', zstdCompressSync(array).subarray(0, -6), 'ZSTD'],
      ['far larger than it looks', 'FILE_TOO_LARGE', bomb(), 'GZIP'],
    ])('that is %s is refused: %s', async (_what, code, body, compression) => {
      const { inspector, put } = await make();
      const upload = await put(Buffer.from(body));
      await expect(inspector.arrayToLines(upload, compression, 'lines')).rejects.toMatchObject({ error: { code } });
    });
  });

  it('a file that was replaced, or is gone, is told apart from one that can not be read: it is not what was pinned', async () => {
    const { inspector, put, remove } = await make();
    const changed = { error: { code: 'FILE_CHANGED', retryable: false } };
    const body = await parquet('1 AS a');
    const upload = await put(body);
    const looks = [
      () => inspector.head(upload, 'NONE'),
      () => inspector.parquetSchema(upload),
      () => inspector.arrayToLines(upload, 'NONE', 'lines'),
    ];
    await put(Buffer.from(body).fill(0x20, 4, 8));
    for (const look of looks) await expect(look()).rejects.toMatchObject(changed);
    await remove(upload.key);
    for (const look of looks) await expect(look()).rejects.toMatchObject(changed);
  });
});

function bomb(): Buffer {
  return gzipSync(`[{"a": "${'x'.repeat(fixedLimits.json_array_bytes.value)}"}]`);
}

describe('a bucket that does not answer', () => {
  /** A stand-in for S3 that answers as it is told. */
  async function against(listener: RequestListener, use: (inspector: S3UploadInspector) => Promise<void>) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const options = { bucket: 'b', region, endpoint, clock: new SystemClock() };
    try {
      await use(new S3UploadInspector({ ...options, credentials: () => Promise.resolve(credentials) }));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const upload = { file: 1, key: 'uploads/a/j/0001', bytes: small.length, etag: 'e' };

  it('at first is asked again, for the very file that was pinned', async () => {
    const asked: unknown[] = [];
    const listener: RequestListener = ({ headers, socket }, response) => {
      asked.push([headers['if-match'], headers.range]);
      if (asked.length === 1) response.writeHead(503).end();
      else if (asked.length === 2) socket.destroy();
      else response.writeHead(206).end(small);
    };
    await against(listener, async (inspector) => {
      expect(Buffer.from((await inspector.head(upload, 'NONE')).raw)).toEqual(small);
    });
    expect(asked).toEqual(Array(3).fill(['"e"', `bytes=0-${small.length - 1}`]));
  });

  it('at all is an error, and never says that a file is unreadable', async () => {
    for (const status of [500, 403])
      await against(
        (_request, response) => response.writeHead(status).end(),
        async (inspector) => {
          for (const look of [inspector.head(upload, 'NONE'), inspector.parquetSchema(upload)])
            await expect(look).rejects.not.toHaveProperty('error');
        },
      );
  });
});
