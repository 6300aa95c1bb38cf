import { attachment, S3Presigner, type PresignerOptions } from '../../adapters/s3/presigner.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import { type S3Engine, credentials, region, startEngine } from './backends/results.ts';
import { SetClock } from './samples.ts';

let engine: S3Engine;
let bucket: string;

beforeAll(async () => {
  engine = await startEngine();
  bucket = await engine.createBucket();
});
afterAll(() => engine.stop());

const presigner = (options: Partial<PresignerOptions> = {}) =>
  new S3Presigner({
    ...{ bucket, region, endpoint: engine.endpoint, clock: new SystemClock(), expirySeconds: 60 },
    credentials: () => Promise.resolve(credentials),
    ...options,
  });

const names = [
  ['0000_part_00.csv', '0000_part_00.csv'],
  ['a "b".csv', 'a _b_.csv'],
  ['größe 数.csv', 'gr__e _.csv'],
  ["it's 100%;x=y.csv", "it's 100_;x=y.csv"],
  ['a\r\nSet-Cookie: x=1.csv', 'a__Set-Cookie: x=1.csv'],
  ['back\\slash/.csv', 'back_slash_.csv'],
] as const;

it.each(names)('serves %j under a name that every browser can take', async (name, plain) => {
  const key = `results/acme/${encodeURIComponent(name)}`;
  await engine.put(bucket, key, 'a,b\n1,2\n');
  const { url } = await presigner().download(key, { name, content_type: 'text/csv; charset=utf-8' });
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('a,b\n1,2\n');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const disposition = answer.headers.get('content-disposition') ?? '';
  expect(disposition).toBe(attachment(name));
  expect(/^attachment; filename="([^"\\]*)"; filename\*=UTF-8''[A-Za-z0-9%._~-]+$/.exec(disposition)?.[1]).toBe(plain);
});

it('does not fail on half a character, which no URL can say', () => {
  expect(attachment('x\ud800y')).toBe(`attachment; filename="x_y"; filename*=UTF-8''x%EF%BF%BDy`);
});

it.each(["a b+c&d='e'(f)*!~@$,;:.csv", 'größe/100%/x#y?z', 'year=2024/0001_part_00.parquet'])(
  'signs a key that needs escaping: %s',
  async (key) => {
    await engine.put(bucket, key, 'x');
    const { url } = await presigner().download(key, { name: 'x', content_type: 'text/csv' });
    expect((await fetch(url)).status).toBe(200);
  },
);

it('lets the downloader see the checksum that S3 keeps', async () => {
  await engine.put(bucket, 'sum', '123456789', 'rosUhgp5mIg=');
  const { url } = await presigner().download('sum', { name: 'sum', content_type: 'text/csv' });
  expect((await fetch(url)).headers.get('x-amz-checksum-crc64nvme')).toBe('rosUhgp5mIg=');
});

it('signs for one object alone, under one name, by one method', async () => {
  await engine.put(bucket, 'mine', 'x');
  await engine.put(bucket, 'other', 'x');
  const { url } = await presigner().download('mine', { name: 'mine', content_type: 'text/csv' });
  expect((await fetch(url.replace('/mine', '/other'))).status).toBe(403);
  expect((await fetch(url.replace('text%2Fcsv', 'text%2Fhtml'))).status).toBe(403);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
});

it('dies when it says that it does', async () => {
  await engine.put(bucket, 'old', 'x');
  const before = new Date(Date.now() - 61_000);
  const signed = await presigner({ clock: { now: () => before } }).download('old', {
    name: 'x',
    content_type: 'text/csv',
  });
  expect(Date.parse(signed.expires_at)).toBeLessThan(Date.now());
  expect((await fetch(signed.url)).status).toBe(403);
});

it('promises no more time than was asked for, in whole seconds', async () => {
  const clock = new SetClock();
  clock.set(new Date('2026-06-01T12:00:00.900Z'));
  const { url, expires_at } = await presigner({ clock }).download('x', { name: 'x', content_type: 'text/csv' });
  expect(expires_at).toBe('2026-06-01T12:01:00.000Z');
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60');
});

it('promises no more time than the credentials have that sign it', async () => {
  const clock = new SetClock();
  const session = { ...credentials, sessionToken: 'session', expiration: new Date(clock.now().getTime() + 20_500) };
  const short = presigner({ clock, credentials: () => Promise.resolve(session) });
  const { url, expires_at } = await short.download('x', { name: 'x', content_type: 'text/csv' });
  expect(expires_at).toBe('2026-06-01T12:00:20.000Z');
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('20');
  expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBe('session');
});

it.each([
  ['results', 'us-east-1', 'https://results.s3.us-east-1.amazonaws.com/k'],
  ['results', 'cn-north-1', 'https://results.s3.cn-north-1.amazonaws.com.cn/k'],
  ['results.of.ours', 'eu-west-1', 'https://s3.eu-west-1.amazonaws.com/results.of.ours/k'],
])('addresses bucket %s in %s as AWS does', async (name, where, expected) => {
  const onAws = presigner({ bucket: name, region: where, endpoint: undefined });
  const { url } = await onAws.download('k', { name: 'k', content_type: 'text/csv' });
  expect(url.split('?')[0]).toBe(expected);
});
