import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { AwsChunkedDecoder } from '../../../local/s3/aws-chunked.ts';
import { hmac, scopeText, sha256Hex, signingKey } from '../../../local/sigv4/signing.ts';
import type { Verified } from '../../../local/sigv4/verify-signature.ts';
import { until } from '../processes/until.ts';
import { CREDENTIALS, startTestS3, type TestS3 } from './support.ts';

const scope = { date: '20260203', region: 'us-east-1', service: 's3' };
const seed: Verified = {
  ok: true,
  accessKeyId: CREDENTIALS.accessKeyId,
  via: 'header',
  payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  key: signingKey(CREDENTIALS.secretAccessKey, scope),
  scope,
  amzDate: '20260203T040506Z',
  signature: 'a'.repeat(64),
};

/** Encodes the way AWS documents signed chunks, independent of the decoder. */
function encodeSigned(chunks: readonly Buffer[], trailer?: string): Buffer {
  let previous = seed.signature;
  const sign = (kind: string, ...hashes: string[]): string =>
    (previous = hmac(seed.key, [kind, seed.amzDate, scopeText(scope), previous, ...hashes].join('\n')).toString('hex'));
  const parts = [...chunks.filter(({ length }) => length > 0), Buffer.alloc(0)].flatMap((chunk) => {
    const signature = sign('AWS4-HMAC-SHA256-PAYLOAD', sha256Hex(''), sha256Hex(chunk));
    const head = Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`);
    return chunk.length > 0 ? [head, chunk, Buffer.from('\r\n')] : [head];
  });
  const tail =
    trailer === undefined
      ? ''
      : `${trailer}\r\nx-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', sha256Hex(`${trailer}\n`))}\r\n`;
  return Buffer.concat([...parts, Buffer.from(`${tail}\r\n`)]);
}

function decode(
  wire: Buffer,
  cuts: readonly number[],
  from: Verified | undefined,
): { data: Buffer; trailers: Map<string, string> } {
  const decoder = new AwsChunkedDecoder(from);
  const pieces: Buffer[] = [];
  let offset = 0;
  for (const end of [...cuts.map((cut) => cut % wire.length).sort((a, b) => a - b), wire.length]) {
    pieces.push(...decoder.push(wire.subarray(offset, end)));
    offset = end;
  }
  decoder.finish();
  return { data: Buffer.concat(pieces), trailers: decoder.trailers };
}

const chunksArbitrary = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 5 },
);
const cutsArbitrary = fc.array(fc.nat(), { maxLength: 12 });

describe('aws-chunked bodies', () => {
  it('come out whole however the network cuts them', () => {
    fc.assert(
      fc.property(chunksArbitrary, cutsArbitrary, fc.boolean(), (chunks, cuts, signed) => {
        const trailer = 'x-amz-checksum-crc32:AAAAAA==';
        const unsigned = Buffer.concat([
          ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
          Buffer.from(`0\r\n${trailer}\r\n\r\n`),
        ]);
        const { data, trailers } = decode(
          signed ? encodeSigned(chunks, trailer) : unsigned,
          cuts,
          signed ? seed : undefined,
        );
        expect(data).toEqual(Buffer.concat(chunks));
        expect(trailers.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
      }),
    );
  });

  it('are refused when any byte of a signed body is changed, dropped or added', () => {
    const wire = encodeSigned([Buffer.from('first chunk'), Buffer.from('second')], 'x-amz-checksum-crc32:AAAAAA==');
    for (let at = 0; at < wire.length; at++) {
      const changed = Buffer.from(wire);
      changed[at] = (wire[at] ?? 0) ^ 1;
      expect(() => decode(changed, [], seed)).toThrow();
      expect(() => decode(wire.subarray(0, at), [], seed)).toThrow();
    }
    expect(() => decode(Buffer.concat([wire, Buffer.from('x')]), [], seed)).toThrow();
  });
});

describe('uploads', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await startTestS3();
    await s3.client.send(new CreateBucketCommand({ Bucket: 'uploads' }));
  });
  afterAll(() => s3.stop());

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])(
    'verify a %s trailer of a streamed body and give the checksum back',
    async (algorithm) => {
      const Body = Readable.from([Buffer.alloc(300_000, 1), Buffer.alloc(7, 2)]);
      const put = new PutObjectCommand({
        Bucket: 'uploads',
        Key: algorithm,
        Body,
        ContentLength: 300_007,
        ChecksumAlgorithm: algorithm,
      });
      const answer = await s3.client.send(put);
      const head = await s3.client.send(
        new HeadObjectCommand({ Bucket: 'uploads', Key: algorithm, ChecksumMode: 'ENABLED' }),
      );
      const field = `Checksum${algorithm}` as const;
      expect(answer[field]).toMatch(/=$/);
      expect(head[field]).toBe(answer[field]);
      expect(head.ContentLength).toBe(300_007);
      expect(head.ContentEncoding).toBeUndefined();
    },
  );

  it.each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
    ['SHA256', { ChecksumSHA256: createHash('sha256').update('other').digest('base64') }],
    ['MD5', { ContentMD5: createHash('md5').update('other').digest('base64') }],
  ])('with a wrong %s are refused and leave nothing behind', async (name, wrong) => {
    const put = s3.client.send(
      new PutObjectCommand({ Bucket: 'uploads', Key: `wrong-${name}`, Body: 'body', ...wrong }),
    );
    await expect(put).rejects.toMatchObject({ name: 'BadDigest' });
    const head = s3.client.send(new HeadObjectCommand({ Bucket: 'uploads', Key: `wrong-${name}` }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it('without a checksum get a CRC64NVME, which readers then verify', async () => {
    const client = s3.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await client.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'plain', Body: '123456789' }));
    const read = await client.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'plain', ChecksumMode: 'ENABLED' }));
    // The check value of CRC-64/NVME in the CRC catalogue: ae8b14860a799888.
    expect(read.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
    expect(await read.Body?.transformToString()).toBe('123456789');
  });

  it('and downloads of 768 MB pass through in flat memory', async () => {
    const bytes = 768 * 1024 * 1024;
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let peak = 0;
    const sample = () => (peak = Math.max(peak, process.memoryUsage().arrayBuffers));
    const before = process.memoryUsage().arrayBuffers;
    const Body = Readable.from(
      (function* () {
        for (let sent = 0; sent < bytes; sent += piece.length) {
          sample();
          yield piece;
        }
      })(),
    );
    await s3.client.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'large', Body, ContentLength: bytes }));
    const read = await s3.client.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'large' }));
    let received = 0;
    for await (const data of read.Body as Readable) {
      sample();
      received += (data as Buffer).length;
    }
    expect(received).toBe(bytes);
    // Far more than what is in flight: what was read stays until it is collected.
    expect(peak - before).toBeLessThan(bytes / 2);
  });

  it('that break off leave the old object as it was and nothing on the disk', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'torn' }));
    await s3.client.send(new PutObjectCommand({ Bucket: 'torn', Key: 'kept', Body: 'old' }));
    const files = async (): Promise<number> => {
      const entries = await readdir(join(s3.dataDir, 'buckets/torn/data'), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).length;
    };
    const client = s3.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket: 'torn', Key: 'kept' }));
    const upload = request(url, { method: 'PUT', headers: { 'content-length': 200_000 } });
    const closed = new Promise((resolve) => upload.on('close', resolve));
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(100_000));
    await until(async () => (await files()) === 2);
    upload.destroy();
    await closed;
    await until(async () => (await files()) === 1);
    const read = await s3.client.send(new GetObjectCommand({ Bucket: 'torn', Key: 'kept' }));
    expect(await read.Body?.transformToString()).toBe('old');
  });
});
