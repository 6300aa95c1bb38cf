import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { byReference, type FilePiece } from '../../../local/redshift/unload/delivery.ts';
import { LOCAL_FILE_HEADER } from '../../../local/s3/local-file-header.ts';
import { startTestS3, type TestS3 } from './support.ts';

const Bucket = 'handed';

describe('files handed to the local S3 by reference', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await startTestS3({ takesLocalFiles: true });
    await s3.client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => s3.stop());

  const folder = (): string => s3.server.localFiles ?? '';
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(folder(), name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const piece = (path: string, offset: number, bytes: number): FilePiece => ({ path, offset, bytes });
  const signal = new AbortController().signal;
  const hand = (key: string, pieces: readonly FilePiece[]) =>
    byReference(folder()).deliver({ client: s3.client, bucket: Bucket, key, signal }, pieces);
  const text = async (Key: string, Range?: string) =>
    (await s3.client.send(new GetObjectCommand({ Bucket, Key, Range }))).Body?.transformToString();
  const head = (Key: string) => s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  const records = async (): Promise<string[]> => {
    const objects = join(s3.dataDir, 'buckets', Bucket, 'objects');
    const entries = await readdir(objects, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  };

  it('makes an object of stretches that outlives the files, the neighbour object and a restart', async () => {
    const rows = await file('unload-1/rows', 'aaaabbbbcc');
    const top = await file('unload-1/header', 'h\n');
    await hand('first', [piece(top, 0, 2), piece(rows, 0, 4)]);
    await hand('second', [piece(top, 0, 2), piece(rows, 4, 6)]);
    await hand('empty', [piece(rows, 0, 0)]);
    await rm(join(folder(), 'unload-1'), { recursive: true });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'first' }));
    await s3.restart();
    expect(await text('second')).toBe('h\nbbbbcc');
    expect(await text('second', 'bytes=1-3')).toBe('\nbb');
    expect(await text('empty')).toBe('');
    expect((await head('second')).ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  });

  it('copies such an object so that the copy stands on its own', async () => {
    await hand('original', [piece(await file('original', '0123456789'), 2, 5)]);
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/original` }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'original' }));
    expect(await text('copied')).toBe('23456');
  });

  it('computes the checksum that a sent object has when somebody asks, and keeps it', async () => {
    const path = await file('sum', 'x'.repeat(3_000_000));
    await hand('sum', [piece(path, 0, 2_000_000), piece(path, 2_000_000, 1_000_000)]);
    const plain = s3.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await plain.send(new PutObjectCommand({ Bucket, Key: 'sent', Body: 'x'.repeat(3_000_000) }));
    const { ChecksumCRC64NVME: expected = '' } = await head('sent');
    const known = async (): Promise<number> =>
      (await records()).filter((record) => record.includes('"key":"sum"') && record.includes(expected)).length;
    expect(expected).not.toBe('');
    expect(await known()).toBe(0);
    const asked = await Promise.all([head('sum'), head('sum')]);
    expect(asked.map(({ ChecksumCRC64NVME }) => ChecksumCRC64NVME)).toEqual([expected, expected]);
    expect(await known()).toBe(1);
    await s3.restart();
    const attributes = new GetObjectAttributesCommand({ Bucket, Key: 'sum', ObjectAttributes: ['Checksum'] });
    expect((await s3.client.send(attributes)).Checksum).toMatchObject({ ChecksumCRC64NVME: expected });
  });

  it('empties the folder of what a crash has left there', async () => {
    await file('unload-2/rows', 'left');
    await s3.restart();
    expect(await readdir(folder())).toEqual([]);
  });

  it.each([
    ['a path that leads out', '../buckets/handed/bucket.json'],
    ['an absolute path', '/etc/hostname'],
    ['a symbolic link that leads out', 'link'],
    ['a folder behind a link', 'linked/hostname'],
    ['a folder', 'unload-3'],
    ['the folder itself', '.'],
    ['a file that is not there', 'nothing'],
  ])('refuses %s', async (_, name) => {
    await rm(folder(), { recursive: true });
    await mkdir(join(folder(), 'unload-3'), { recursive: true });
    await symlink('/etc/hostname', join(folder(), 'link'));
    await symlink('/etc', join(folder(), 'linked'));
    await expect(hand('stolen', [piece(join(folder(), name), 0, 1)])).rejects.toMatchObject({
      name: 'InvalidArgument',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(text('stolen')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('refuses a stretch past the end of its file', async () => {
    const path = await file('short', '123');
    await expect(hand('short', [piece(path, 1, 3)])).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(hand('short', [piece(path, -1, 3)])).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('honours the header only when it is signed', async () => {
    await file('signed', '123');
    const headers = { [LOCAL_FILE_HEADER]: JSON.stringify([{ file: 'signed', offset: 0, bytes: 3 }]) };
    const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: 'unsigned' }));
    for (const target of [url, `${s3.server.endpoint}/${Bucket}/unsigned`])
      expect((await fetch(target, { method: 'PUT', headers })).status).toBe(403);
    await expect(text('unsigned')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('refuses a body beside the reference, and a header that is no reference', async () => {
    await file('body', '123');
    const put = async (value: string, body: string): Promise<number> => {
      const command = new PutObjectCommand({ Bucket, Key: 'body' });
      const url = await getSignedUrl(s3.client, withHeader(command, value), {
        unhoistableHeaders: new Set([LOCAL_FILE_HEADER]),
        signableHeaders: new Set([LOCAL_FILE_HEADER, 'host']),
      });
      return (await fetch(url, { method: 'PUT', headers: { [LOCAL_FILE_HEADER]: value }, body })).status;
    };
    const reference = JSON.stringify([{ file: 'body', offset: 0, bytes: 3 }]);
    expect(await put(reference, 'xyz')).toBe(400);
    expect(await put('body', '')).toBe(400);
    expect(await put('[]', '')).toBe(400);
    expect(await put(reference, '')).toBe(200);
    expect(await text('body')).toBe('123');
  });

  it('is refused by a server that does not offer it', async () => {
    const other = await startTestS3();
    await other.client.send(new CreateBucketCommand({ Bucket }));
    expect(other.server.localFiles).toBeUndefined();
    const target = { client: other.client, bucket: Bucket, key: 'k', signal };
    const delivered = byReference(folder()).deliver(target, [piece(await file('elsewhere', '1'), 0, 1)]);
    await expect(delivered).rejects.toMatchObject({ name: 'InvalidRequest', $metadata: { httpStatusCode: 400 } });
    await other.stop();
  });
});

/** Lets a presigned URL carry the header. */
function withHeader(command: PutObjectCommand, value: string): PutObjectCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, { [LOCAL_FILE_HEADER]: value });
      return next(args);
    },
    { step: 'build', name: 'reference' },
  );
  return command;
}
