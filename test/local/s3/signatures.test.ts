import { request } from 'node:http';
import {
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
  CreateBucketCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { verifySignature } from '../../../local/sigv4/verify-signature.ts';
import { parseQuery } from '../../../local/sigv4/uri-encoding.ts';
import { CREDENTIALS, REGION, startTestS3, type TestS3 } from './support.ts';

const signer = (service: string) =>
  new SignatureV4({
    credentials: CREDENTIALS,
    region: REGION,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });

const errorCode = async (response: Response): Promise<string> =>
  /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1] ?? '';

describe('signature verification', () => {
  let s3: TestS3;
  let now: Date | undefined;

  beforeAll(async () => {
    s3 = await startTestS3({ clock: () => now ?? new Date() });
    await s3.client.send(new CreateBucketCommand({ Bucket: 'signed' }));
    await s3.client.send(new PutObjectCommand({ Bucket: 'signed', Key: 'a b/ü+%2F', Body: 'secret' }));
    await s3.client.send(new PutObjectCommand({ Bucket: 'signed', Key: 'other', Body: 'another tenant' }));
  });
  beforeEach(() => {
    now = undefined;
  });
  afterAll(() => s3.stop());

  const presign = (expiresIn = 60): Promise<string> =>
    getSignedUrl(
      s3.client,
      new GetObjectCommand({
        Bucket: 'signed',
        Key: 'a b/ü+%2F',
        ResponseContentDisposition: 'attachment; filename="a.csv"',
      }),
      { expiresIn },
    );

  it('lets a presigned URL through as it is, with its response overrides', async () => {
    const response = await fetch(await presign());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.csv"');
    expect(await response.text()).toBe('secret');
  });

  it('refuses a presigned URL whose path was changed to another object', async () => {
    const url = new URL(await presign());
    url.pathname = '/signed/other';
    const response = await fetch(url);
    expect([response.status, await errorCode(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it.each([
    ['a longer validity', 'X-Amz-Expires', '604800'],
    ['another file name', 'response-content-disposition', 'attachment; filename="evil.exe"'],
    ['an added parameter', 'versionId', 'null'],
  ])('refuses a presigned URL with %s', async (_, name, value) => {
    const url = new URL(await presign());
    url.searchParams.set(name, value);
    const response = await fetch(url);
    expect([response.status, await errorCode(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it.each(['PUT', 'DELETE'])('refuses a presigned GET used as %s', async (method) => {
    const response = await fetch(await presign(), { method });
    expect([response.status, await errorCode(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('refuses x-amz headers that the URL did not sign', async () => {
    const response = await fetch(await presign(), { headers: { 'x-amz-meta-owner': 'me' } });
    expect([response.status, await errorCode(response)]).toEqual([403, 'AccessDenied']);
  });

  it('serves a presigned URL up to its last second and says that it has expired after it', async () => {
    const url = await presign(60);
    const signedAt = Date.now();
    now = new Date(signedAt + 58_000);
    expect((await fetch(url)).status).toBe(200);
    now = new Date(signedAt + 62_000);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>.*<Expires>/s);
  });

  it('refuses a request signed 16 minutes ago as skewed, and takes one signed 14 minutes ago', async () => {
    now = new Date(Date.now() + 14 * 60_000);
    await s3.newClient().send(new ListBucketsCommand());
    now = new Date(Date.now() + 16 * 60_000);
    // A client corrects its clock by the answer's Date header and may try again; the first answer is what counts here.
    await expect(s3.newClient().send(new ListBucketsCommand())).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  it('names an unknown access key, a wrong secret and a wrong region apart', async () => {
    const send = (config: object) => s3.newClient(config).send(new ListBucketsCommand());
    const unknown = { credentials: { ...CREDENTIALS, accessKeyId: 'nobody' } };
    await expect(send(unknown)).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
      $metadata: { httpStatusCode: 403 },
    });
    const wrong = { credentials: { ...CREDENTIALS, secretAccessKey: 'guessed' } };
    await expect(send(wrong)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(send({ region: 'eu-west-1' })).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  });

  it('refuses requests without any signature', async () => {
    const response = await fetch(`${s3.server.endpoint}/signed/other`);
    expect([response.status, await errorCode(response)]).toEqual([403, 'AccessDenied']);
  });

  it('holds a presigned PUT to the length and type that were signed', async () => {
    const client = s3.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const command = new PutObjectCommand({ Bucket: 'signed', Key: 'up', ContentLength: 3, ContentType: 'text/csv' });
    const url = await getSignedUrl(client, command, {
      signableHeaders: new Set(['host', 'content-length', 'content-type']),
    });
    const put = (body: string, type: string) => fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
    expect((await put('abcd', 'text/csv')).status).toBe(403);
    expect((await put('abc', 'text/html')).status).toBe(403);
    expect((await put('abc', 'text/csv')).status).toBe(200);
  });

  it('refuses a body other than the one that was hashed into the signature', async () => {
    const { host, hostname, port } = new URL(s3.server.endpoint);
    const signed = await signer('s3').sign(
      new HttpRequest({
        method: 'PUT',
        hostname,
        port: Number(port),
        path: '/signed/tampered',
        headers: { host },
        body: 'good',
      }),
    );
    const response = await fetch(`${s3.server.endpoint}/signed/tampered`, {
      method: 'PUT',
      headers: signed.headers,
      body: 'evil',
    });
    expect([response.status, await errorCode(response)]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    await expect(s3.client.send(new GetObjectCommand({ Bucket: 'signed', Key: 'tampered' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  it.each(['signed.localhost', 'signed.s3.localhost', 'signed.s3.us-east-1.amazonaws.com'])(
    'serves the bucket in the host name %s',
    async (host) => {
      const { port } = new URL(s3.server.endpoint);
      const client = new S3Client({
        region: REGION,
        credentials: CREDENTIALS,
        endpoint: `http://${host.replace('signed.', '')}:${port}`,
      });
      const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: 'signed', Key: 'other' })));
      client.destroy();
      expect(url.host).toBe(`${host}:${port}`);
      const body = await new Promise<string>((resolve, reject) => {
        request(
          { host: '127.0.0.1', port, path: url.pathname + url.search, headers: { host: url.host }, agent: false },
          (response) => {
            let text = '';
            response
              .setEncoding('utf8')
              .on('data', (piece: string) => (text += piece))
              .on('end', () => resolve(text));
          },
        )
          .on('error', reject)
          .end();
      });
      expect(body).toBe('another tenant');
    },
  );

  it('agrees with the signer of the SDK on any path, query and header, for S3 and for other services', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const header = fc.string({ unit: fc.constantFrom('a', ' ', '  ', '"', ',', '/', '9'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('s3', 'redshift-data'),
        fc.array(
          text.filter((part) => !['', '.', '..'].includes(part) && !part.includes('/')),
          { minLength: 1, maxLength: 3 },
        ),
        fc.dictionary(
          text.filter((name) => name !== ''),
          text,
          { maxKeys: 4 },
        ),
        header,
        async (service, segments, query, value) => {
          const path = `/${segments.map(encodeURIComponent).join('/')}`;
          const now = new Date('2026-02-03T04:05:06Z');
          const unsigned = {
            method: 'GET',
            hostname: 'h',
            path,
            query,
            headers: { host: 'h', 'x-amz-meta-a': value },
            body: '',
          };
          // The SDK hands its S3 signer paths that are encoded the strict way.
          const strict = path.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
          const signed = await signer(service).sign(new HttpRequest({ ...unsigned, path: strict }), {
            signingDate: now,
          });
          const check = (headers: Record<string, string>) =>
            verifySignature(
              { method: 'GET', path: decodeURIComponent(path), query: Object.entries(query), headers },
              { credentials: () => CREDENTIALS.secretAccessKey, now, region: REGION, service },
            ).ok;
          expect(check(signed.headers)).toBe(true);
          expect(check({ ...signed.headers, 'x-amz-meta-a': `${value}x` })).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('reads a query as it was signed: order kept, plus is a space, empty values allowed', () => {
    expect(parseQuery('b=1&a&c=x%20y+z&d=%2B')).toEqual([
      ['b', '1'],
      ['a', ''],
      ['c', 'x y z'],
      ['d', '+'],
    ]);
  });
});
