import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import type { S3Event } from '../../../local/s3/start-s3.ts';
import { compareUtf8, KeyIndex } from '../../../local/s3/store/key-index.ts';
import { startTestS3, type TestS3 } from './support.ts';

describe('local S3', () => {
  let s3: TestS3;
  const events: S3Event[] = [];
  beforeAll(async () => {
    s3 = await startTestS3({ onEvent: (event) => events.push(event) });
    await s3.client.send(new CreateBucketCommand({ Bucket: 'data' }));
  });
  afterAll(() => s3.stop());

  const put = (Key: string, Body: string, more: object = {}) =>
    s3.client.send(new PutObjectCommand({ Bucket: 'data', Key, Body, ...more }));
  const get = (Key: string, more: object = {}) =>
    s3.client.send(new GetObjectCommand({ Bucket: 'data', Key, ...more }));
  const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();

  it('keeps content, type, encoding and metadata across a restart', async () => {
    const attributes = { ContentType: 'text/csv', ContentDisposition: 'inline', Metadata: { 'row-count': '3' } };
    await put('kept/ä &<"\'>+%?#.csv', 'a,b\n', attributes);
    await s3.restart();
    const read = await get('kept/ä &<"\'>+%?#.csv');
    expect(read).toMatchObject({ ...attributes, AcceptRanges: 'bytes' });
    expect(await read.Body?.transformToString()).toBe('a,b\n');
  });

  it.each([
    ['bytes=2-4', 'cde', 'bytes 2-4/10'],
    ['bytes=7-', 'hij', 'bytes 7-9/10'],
    ['bytes=-2', 'ij', 'bytes 8-9/10'],
    ['bytes=8-99', 'ij', 'bytes 8-9/10'],
  ])('serves the range %s', async (Range, expected, contentRange) => {
    await put('range', 'abcdefghij');
    const read = await get('range', { Range });
    expect(read.ContentRange).toBe(contentRange);
    expect(await read.Body?.transformToString()).toBe(expected);
  });

  it('refuses a range past the end and ignores one that makes no sense', async () => {
    await put('range', 'abcdefghij');
    await expect(get('range', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
    expect(await text('range', { Range: 'bytes=5-2' })).toBe('abcdefghij');
  });

  it('answers conditional reads: 304 when unchanged, 412 when another version was expected', async () => {
    const { ETag } = await put('conditional', 'x');
    const { LastModified } = await s3.client.send(new HeadObjectCommand({ Bucket: 'data', Key: 'conditional' }));
    const status = (code: number) => ({ $metadata: { httpStatusCode: code } });
    await expect(get('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject(status(304));
    await expect(get('conditional', { IfModifiedSince: LastModified })).rejects.toMatchObject(status(304));
    await expect(get('conditional', { IfMatch: '"other"' })).rejects.toMatchObject(status(412));
    expect(await text('conditional', { IfMatch: ETag })).toBe('x');
  });

  it('lets exactly one of many concurrent creators win with If-None-Match: *', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put('once', `writer ${n}`, { IfNoneMatch: '*' })),
    );
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(await text('once')).toBe(`writer ${winners[0] ?? ''}`);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'PreconditionFailed' });
  });

  it('finishes a download with the content it started with while the object is replaced and deleted', async () => {
    const old = 'o'.repeat(8 * 1024 * 1024);
    await put('replaced', old);
    const reading = await get('replaced');
    await put('replaced', 'new');
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'replaced' }));
    expect((await reading.Body?.transformToString()) === old).toBe(true);
  });

  it('leaves no payload on the disk that no object owns', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'tidy' }));
    for (const Body of ['1', '2', '3']) await s3.client.send(new PutObjectCommand({ Bucket: 'tidy', Key: 'k', Body }));
    const files = async () => {
      const entries = await readdir(join(s3.dataDir, 'buckets/tidy/data'), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).length;
    };
    expect(await files()).toBe(1);
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'tidy', Key: 'k' }));
    expect(await files()).toBe(0);
  });

  it('tells a missing key, bucket and subresource apart', async () => {
    await expect(get('missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const elsewhere = s3.client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'k' }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const head = s3.client.send(new HeadBucketCommand({ Bucket: 'nowhere' }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    const tagging = s3.client.send(new PutBucketTaggingCommand({ Bucket: 'data', Tagging: { TagSet: [] } }));
    await expect(tagging).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('copies with or without the metadata and reports what happened in events', async () => {
    events.length = 0;
    await put('source é', 'copy me', { Metadata: { a: '1' } });
    const copy = (more: object) =>
      s3.client.send(
        new CopyObjectCommand({ Bucket: 'data', Key: 'copy', CopySource: encodeURI('data/source é'), ...more }),
      );
    await copy({});
    expect((await get('copy')).Metadata).toEqual({ a: '1' });
    await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    expect((await get('copy')).Metadata).toEqual({ b: '2' });
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'copy' }));
    expect(events.map(({ name, key }) => [name, key])).toEqual([
      ['ObjectCreated:Put', 'source é'],
      ['ObjectCreated:Copy', 'copy'],
      ['ObjectCreated:Copy', 'copy'],
      ['ObjectRemoved:Delete', 'copy'],
    ]);
  });

  it('deletes many keys at once, missing ones included', async () => {
    await put('many/1', 'x');
    const Objects = [{ Key: 'many/1' }, { Key: 'many/<missing>' }];
    const { Deleted } = await s3.client.send(new DeleteObjectsCommand({ Bucket: 'data', Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/<missing>']);
    await expect(get('many/1')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('keeps buckets, their lifecycle rules and attributes', async () => {
    const Rules = [
      { ID: 'expire', Status: 'Enabled' as const, Filter: { Prefix: 'results/' }, Expiration: { Days: 7 } },
    ];
    const at = { Bucket: 'data' };
    await s3.client.send(new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules } }));
    await s3.restart();
    expect((await s3.client.send(new GetBucketLifecycleConfigurationCommand(at))).Rules).toEqual(Rules);
    expect((await s3.client.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)).toContain('data');
    await put('attributes', '12345');
    const attributes = await s3.client.send(
      new GetObjectAttributesCommand({ ...at, Key: 'attributes', ObjectAttributes: ['ObjectSize', 'Checksum'] }),
    );
    expect(attributes).toMatchObject({ ObjectSize: 5, Checksum: { ChecksumCRC32: 'y/U6HA==' } });
    await expect(s3.client.send(new DeleteBucketCommand(at))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });

  it('lets a web page read, preflight included', async () => {
    const preflight = await fetch(`${s3.server.endpoint}/data/x`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://console.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'range',
      },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('range');
  });
});

describe('listing', () => {
  let s3: TestS3;
  const keys = ['a', 'a/1', 'a/2', 'a/b/1', 'a0', 'b/1', 'c', '\u{1F600}', '\uFFEE', 'with space+plus', 'é/1'];
  beforeAll(async () => {
    s3 = await startTestS3();
    await s3.client.send(new CreateBucketCommand({ Bucket: 'list' }));
    for (const Key of keys) await s3.client.send(new PutObjectCommand({ Bucket: 'list', Key, Body: Key }));
  });
  afterAll(() => s3.stop());

  const byBytes = (names: string[]) => names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  /** What the pages must add up to, worked out the naive way. */
  function expected(prefix: string, delimiter: string, after: string): string[] {
    const rolled = keys
      .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
      .map((key) => {
        const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return cut === -1 ? key : key.slice(0, cut + delimiter.length);
      });
    return byBytes([...new Set(rolled)]);
  }

  it('gives every key or common prefix once, in byte order, whatever the page size', async () => {
    for (const Prefix of ['', 'a', 'a/', 'nothing'])
      for (const Delimiter of ['', '/'])
        for (const StartAfter of ['', 'a/1', 'b'])
          for (const MaxKeys of [1, 2, 3, 1000]) {
            const input: ListObjectsV2CommandInput = { Bucket: 'list', Prefix, MaxKeys };
            if (Delimiter) input.Delimiter = Delimiter;
            if (StartAfter) input.StartAfter = StartAfter;
            const seen: string[] = [];
            for await (const page of paginateListObjectsV2({ client: s3.client }, input)) {
              const names = [
                ...(page.Contents ?? []).map(({ Key = '' }) => Key),
                ...(page.CommonPrefixes ?? []).map((p) => p.Prefix ?? ''),
              ];
              expect(page.KeyCount).toBe(names.length);
              expect(names.length).toBeLessThanOrEqual(MaxKeys);
              seen.push(...byBytes(names));
            }
            expect([Prefix, Delimiter, StartAfter, MaxKeys, seen]).toEqual([
              Prefix,
              Delimiter,
              StartAfter,
              MaxKeys,
              expected(Prefix, Delimiter, StartAfter),
            ]);
          }
  });

  it('encodes keys when asked to', async () => {
    const { Contents } = await s3.client.send(
      new ListObjectsV2Command({ Bucket: 'list', Prefix: 'with', EncodingType: 'url' }),
    );
    expect(Contents?.map(({ Key }) => Key)).toEqual(['with%20space%2Bplus']);
  });

  it('orders keys by their UTF-8 bytes and keeps the index sorted', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    fc.assert(
      fc.property(fc.array(key), fc.array(key), (added, removed) => {
        const index = new KeyIndex([]);
        for (const one of added) index.add(one);
        for (const one of removed) index.delete(one);
        const left = byBytes([...new Set(added)].filter((one) => !removed.includes(one)));
        expect(left.map((_, at) => index.at(at))).toEqual(left);
        expect(index.size).toBe(left.length);
      }),
    );
  });
});
