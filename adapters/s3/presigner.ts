import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import type { SignedUpload, UploadInParts, UploadPresigner } from '../../core/load/ports.ts';
import type { Clock, PresignedUrl, Presigner } from '../../core/ports.ts';
import { Sha256 } from '../crypto/sha256.ts';
import { type BucketAddress, bucketAddress, escapeUri } from './bucket.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface PresignerOptions {
  bucket: string;
  region: string;
  /** Instead of AWS, such as http://127.0.0.1:4566. */
  endpoint?: string | undefined;
  credentials: () => Promise<Credentials>;
  clock: Clock;
  /** Seconds that a URL for a client is asked to live: at most 604,800. */
  expirySeconds: number;
}

interface Asked {
  method: 'GET' | 'HEAD' | 'PUT';
  key: string;
  query: Record<string, string>;
  /** Beside the host: the request has to come with these very values. */
  headers?: Record<string, string>;
  /** Seconds. */
  expiry: number;
}

/** Presigned URLs by SigV4, without the whole of an S3 client. Makes no call. */
export class S3Presigner implements Presigner, UploadPresigner {
  readonly #options: PresignerOptions;
  readonly #address: BucketAddress;

  constructor(options: PresignerOptions) {
    this.#options = options;
    this.#address = bucketAddress(options.bucket, options.region, options.endpoint);
  }

  /**
   * The answer shows the object's checksum headers. `expires_at` is the earlier of what was asked and of the credentials' own
   * expiry, where that is known: a Lambda's environment does not say when its session ends.
   */
  download(key: string, as: { name: string; content_type: string }): Promise<PresignedUrl> {
    const query = {
      'response-content-disposition': attachment(as.name),
      'response-content-type': as.content_type,
      'x-amz-checksum-mode': 'ENABLED',
    };
    return this.presign({ method: 'GET', key, query, expiry: this.#options.expirySeconds });
  }

  /** S3 itself refuses another size (403) and a second write (412): docs/adr/0050-write-once-uploads.md. */
  file(key: string, bytes: number): Promise<SignedUpload> {
    return this.#upload(key, {}, { 'content-length': String(bytes), 'if-none-match': '*' });
  }

  part({ key, upload_id }: UploadInParts, part: number, bytes: number): Promise<SignedUpload> {
    const query = { partNumber: String(part), uploadId: upload_id };
    return this.#upload(key, query, { 'content-length': String(bytes) });
  }

  async #upload(key: string, query: Record<string, string>, headers: Record<string, string>): Promise<SignedUpload> {
    const { expirySeconds: expiry } = this.#options;
    return { ...(await this.presign({ method: 'PUT', key, query, headers, expiry })), headers };
  }

  async presign(asked: Asked): Promise<PresignedUrl> {
    const { region, clock } = this.#options;
    const credentials = await this.#options.credentials();
    const signer = new S3RequestPresigner({ region, credentials, sha256: Sha256 });
    // A signature knows whole seconds: what it says is what is reported.
    const now = Math.floor(clock.now().getTime() / 1000);
    const expiresIn = secondsLeft(asked.expiry, now, credentials.expiration);
    const { protocol, hostname, port } = this.#address;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const signed = await signer.presign(
      {
        method: asked.method,
        protocol,
        hostname,
        ...(port !== undefined && { port }),
        path: this.#address.path(asked.key),
        query: asked.query,
        headers: { host, ...asked.headers },
      },
      { expiresIn, signingDate: new Date(now * 1000) },
    );
    const query = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`,
    );
    return {
      url: `${protocol}//${host}${signed.path}?${query.join('&')}`,
      expires_at: new Date((now + expiresIn) * 1000).toISOString(),
    };
  }
}

function secondsLeft(asked: number, now: number, expiration: Date | undefined): number {
  if (!expiration) return asked;
  return Math.max(1, Math.min(asked, Math.floor(expiration.getTime() / 1000) - now));
}

/** RFC 6266: a plain name for those who know no better, and the true one. Neither can end the header or the quotes. */
export function attachment(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not be there
  const clean = name.replace(/[\u0000-\u001f\u007f]/g, '_').toWellFormed();
  const plain = clean.replace(/[^\x20-\x7e]|["\\%/]/gu, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${escapeUri(clean)}`;
}
