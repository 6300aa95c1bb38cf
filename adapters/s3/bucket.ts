/** Where a bucket answers. */
export interface BucketAddress {
  protocol: string;
  hostname: string;
  port: number | undefined;
  /** The path of a key, escaped. */
  path(key: string): string;
}

/** As RFC 3986 has it and SigV4 demands: all but letters, digits and -._~ is escaped. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const escapeKey = (key: string): string => key.split('/').map(escapeUri).join('/');

/**
 * On AWS the bucket is part of the host name, except where a dot in it would not fit the certificate; an endpoint of another kind
 * has the bucket in the path.
 */
export function bucketAddress(bucket: string, region: string, endpoint: string | undefined): BucketAddress {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const base = new URL(endpoint ?? `https://s3.${region}.${domain}`);
  const inPath = endpoint !== undefined || bucket.includes('.');
  const folder = base.pathname.replace(/\/$/, '') + (inPath ? `/${bucket}` : '');
  return {
    protocol: base.protocol,
    hostname: inPath ? base.hostname : `${bucket}.${base.hostname}`,
    port: base.port === '' ? undefined : Number(base.port),
    path: (key) => `${folder}/${escapeKey(key)}`,
  };
}

/** How UNLOAD and its manifests name the objects of a bucket: `s3://bucket/key`. */
export class BucketUrls {
  readonly #base: string;

  constructor(bucket: string) {
    this.#base = `s3://${bucket}/`;
  }

  url(key: string): string {
    return `${this.#base}${key}`;
  }

  key(url: string): string | undefined {
    return url.startsWith(this.#base) && url.length > this.#base.length ? url.slice(this.#base.length) : undefined;
  }
}
