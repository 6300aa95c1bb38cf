import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { createHasher } from '../../../local/s3/checksums.ts';
import { combineCrc } from '../../../local/s3/combine-crc.ts';
import { startTestS3, type TestS3 } from './support.ts';

const MB = 1024 * 1024;

describe('multipart uploads', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await startTestS3();
    await s3.client.send(new CreateBucketCommand({ Bucket: 'parts' }));
  });
  afterAll(() => s3.stop());

  const target = (Key: string, UploadId: string) => ({ Bucket: 'parts', Key, UploadId });

  async function create(Key: string, options: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
    const { UploadId = '' } = await s3.client.send(
      new CreateMultipartUploadCommand({ Bucket: 'parts', Key, ...options }),
    );
    return UploadId;
  }
  async function upload(Key: string, id: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...target(Key, id), PartNumber, Body }));
    return { PartNumber, ETag };
  }
  const complete = (Key: string, id: string, Parts: CompletedPart[]) =>
    s3.client.send(new CompleteMultipartUploadCommand({ ...target(Key, id), MultipartUpload: { Parts } }));

  it('join their parts in order across a restart, with a range over the seam and a checksum that readers verify', async () => {
    const id = await create('joined', { ContentType: 'text/csv', Metadata: { rows: '7' } });
    const second = await upload('joined', id, 2, Buffer.alloc(10, 'b'));
    const first = await upload('joined', id, 1, Buffer.alloc(5 * MB, 'a'));
    await s3.restart();
    const done = await complete('joined', id, [first, second]);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    await s3.restart();
    const whole = await s3.client.send(new GetObjectCommand({ Bucket: 'parts', Key: 'joined' }));
    expect(whole).toMatchObject({ ContentType: 'text/csv', Metadata: { rows: '7' }, ChecksumType: 'FULL_OBJECT' });
    const body = Buffer.from((await whole.Body?.transformToByteArray()) ?? []);
    expect(body.equals(Buffer.concat([Buffer.alloc(5 * MB, 'a'), Buffer.alloc(10, 'b')]))).toBe(true);
    const seam = await s3.client.send(
      new GetObjectCommand({ Bucket: 'parts', Key: 'joined', Range: `bytes=${5 * MB - 2}-${5 * MB + 1}` }),
    );
    expect(await seam.Body?.transformToString()).toBe('aabb');
    const part = await s3.client.send(new HeadObjectCommand({ Bucket: 'parts', Key: 'joined', PartNumber: 2 }));
    expect(part).toMatchObject({ ContentLength: 10, PartsCount: 2 });
  });

  it('say of a COMPOSITE checksum how many parts it is of', async () => {
    const id = await create('composite', { ChecksumAlgorithm: 'CRC32' });
    const done = await complete('composite', id, [await upload('composite', id, 1, Buffer.from('only'))]);
    expect(done.ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==-1$/);
  });

  it('refuse parts that are too small, missing, changed or out of order, and go on after that', async () => {
    const id = await create('refused');
    const small = await upload('refused', id, 1, Buffer.from('small'));
    const last = await upload('refused', id, 2, Buffer.from('last'));
    await expect(complete('refused', id, [small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete('refused', id, [last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('refused', id, [{ PartNumber: 3, ETag: 'x' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('refused', id, [{ ...small, ETag: last.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await complete('refused', id, [last]);
  });

  it('are listed while under way and gone once aborted', async () => {
    const id = await create('aborted');
    await upload('aborted', id, 1, Buffer.from('x'));
    const parts = await s3.client.send(new ListPartsCommand(target('aborted', id)));
    expect(parts.Parts).toMatchObject([{ PartNumber: 1, Size: 1 }]);
    const uploads = () => s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'parts' }));
    expect((await uploads()).Uploads).toMatchObject([{ Key: 'aborted', UploadId: id }]);
    await s3.client.send(new AbortMultipartUploadCommand(target('aborted', id)));
    expect((await uploads()).Uploads).toBeUndefined();
    await expect(upload('aborted', id, 2, Buffer.from('y'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('combine the CRCs of any two pieces to that of the whole', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const algorithm = fc.constantFrom('CRC32' as const, 'CRC32C' as const, 'CRC64NVME' as const);
    await fc.assert(
      fc.asyncProperty(algorithm, bytes, bytes, async (name, a, b) => {
        const crc = async (data: Uint8Array): Promise<string> => {
          const hasher = await createHasher(name);
          hasher.update(data);
          return hasher.digest();
        };
        const whole = await crc(Buffer.concat([a, b]));
        expect(combineCrc(name, await crc(a), await crc(b), b.length)).toBe(whole);
      }),
    );
  });
});
