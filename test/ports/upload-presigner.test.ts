import { request } from 'node:http';
import { S3Presigner } from '../../adapters/s3/presigner.ts';
import { S3Uploads } from '../../adapters/s3/uploads.ts';
import type { SignedUpload } from '../../core/load/ports.ts';
import { type S3Engine, startEngine } from './backends/results.ts';
import { bucketOptions } from './backends/uploads.ts';

let engine: S3Engine;
let options: ReturnType<typeof bucketOptions>;
beforeAll(async () => {
  engine = await startEngine();
  options = bucketOptions(engine, await engine.createBucket());
});
afterAll(() => engine.stop());

let files = 0;
const newKey = () => `uploads/acme/job-${(files += 1)}/0001`;
const presigner = (at = new Date()) => new S3Presigner({ ...options, expirySeconds: 60, clock: { now: () => at } });
const uploads = () => new S3Uploads({ ...options, client: engine.client });

/** Over plain HTTP, so that every header is as the test has it. */
function put(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url, { method: 'PUT', headers }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const send = ({ url, headers }: SignedUpload, body: string, changed: Record<string, string> = {}) =>
  put(url, { ...headers, 'content-length': String(body.length), ...changed }, body);

describe('the URL of a file', () => {
  it('takes the file that it was made for, of whatever type', async () => {
    const key = newKey();
    const signed = await presigner().file(key, 3);
    expect(signed.headers).toEqual({ 'content-length': '3', 'if-none-match': '*' });
    expect(await send(signed, 'abc', { 'content-type': 'text/csv' })).toBe(200);
    expect(await uploads().files(key)).toMatchObject([{ bytes: 3 }]);
  });

  it.each(['', 'ab', 'abcd'])('takes no file of another size: %j', async (body) => {
    const key = newKey();
    expect(await send(await presigner().file(key, 3), body)).toBe(403);
    expect(await uploads().files(key)).toEqual([]);
  });

  it('takes an empty file, if that was asked for', async () => {
    expect(await send(await presigner().file(newKey(), 0), '')).toBe(200);
  });

  it('writes once, even the very same', async () => {
    const key = newKey();
    const signed = await presigner().file(key, 3);
    expect(await send(signed, 'abc')).toBe(200);
    expect(await send(signed, 'abc')).toBe(412);
    expect(await send(await presigner().file(key, 3), 'abd')).toBe(412);
    expect(await uploads().files(key)).toMatchObject([{ etag: '900150983cd24fb0d6963f7d28e17f72' }]);
  });

  it('can not be freed of its condition', async () => {
    const signed = await presigner().file(newKey(), 3);
    for (const other of ['"900150983cd24fb0d6963f7d28e17f72"', ''])
      expect(await send(signed, 'abc', { 'if-none-match': other })).toBe(403);
    expect(await put(signed.url, { 'content-length': '3' }, 'abc')).toBe(403);
  });

  it('can not be sent in chunks, whose length nobody knows before', async () => {
    const { url } = await presigner().file(newKey(), 3);
    expect(await put(url, { 'if-none-match': '*', 'transfer-encoding': 'chunked' }, 'abc')).toBe(403);
  });

  it('dies when it says that it does', async () => {
    const signed = await presigner(new Date(Date.now() - 61_000)).file(newKey(), 3);
    expect(Date.parse(signed.expires_at)).toBeLessThan(Date.now());
    expect(await send(signed, 'abc')).toBe(403);
  });

  it('is for this file and this method alone', async () => {
    const key = newKey();
    const signed = await presigner().file(key, 3);
    expect(await send({ ...signed, url: signed.url.replace('/0001', '/0002') }, 'abc')).toBe(403);
    expect((await fetch(signed.url)).status).toBe(403);
    expect((await fetch(signed.url, { method: 'DELETE' })).status).toBe(403);
  });
});

describe('the URL of a part', () => {
  it('takes this part of this upload, of this size', async () => {
    const upload = await uploads().begin(newKey());
    const signed = await presigner().part(upload, 2, 3);
    expect(signed.headers).toEqual({ 'content-length': '3' });
    expect(await send(signed, 'abcd')).toBe(403);
    expect(await send({ ...signed, url: signed.url.replace('partNumber=2', 'partNumber=3') }, 'abc')).toBe(403);
    expect(await send(signed, 'abc')).toBe(200);
    expect(await uploads().parts(upload)).toMatchObject([{ part: 2, bytes: 3 }]);
  });

  it('is worth nothing once the upload is over', async () => {
    const upload = await uploads().begin(newKey());
    const signed = await presigner().part(upload, 1, 3);
    await send(signed, 'abc');
    await uploads().complete(upload, (await uploads().parts(upload)) ?? []);
    expect(await send(signed, 'xyz')).toBe(404);
  });
});
