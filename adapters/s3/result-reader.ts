import { Manifest } from '../../contract/results.ts';
import type { Written } from '../../core/jobs/progress.ts';
import type { ResultStore } from '../../core/ports.ts';
import { BucketUrls } from './bucket.ts';
import { S3Presigner, type PresignerOptions } from './presigner.ts';
import { readListing } from './read-listing.ts';
import { boundedText, readObject } from './signed-fetch.ts';

/**
 * The half of a result store that reads. It signs its requests and sends them by fetch: S3's client would weigh more than all the
 * rest of an API's bundle.
 */
export class S3ResultReader
  extends BucketUrls
  implements Pick<ResultStore, 'url' | 'key' | 'manifest' | 'glimpse' | 'checksum'>
{
  readonly #presigner: S3Presigner;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'>) {
    super(options.bucket);
    this.#presigner = new S3Presigner({ ...options, expirySeconds: 0 });
  }

  /** Error: larger than 64 MB, not JSON or not a manifest. */
  async manifest(key: string): Promise<Manifest | undefined> {
    const text = await readObject(this.#presigner, 'GET', key, (response) => boundedText(response, key));
    return text === undefined ? undefined : parseManifest(text, key);
  }

  async glimpse(prefix: string, manifest: string): Promise<Written> {
    const query = { 'list-type': '2', 'max-keys': '1000', prefix };
    const text = await readObject(this.#presigner, 'GET', '', (response) => boundedText(response, prefix), query);
    if (text === undefined) throw new Error(`${prefix} could not be listed`);
    return readListing(text, manifest);
  }

  async checksum(key: string): Promise<{ algorithm: 'CRC64NVME' | 'ETAG'; value: string } | null> {
    const headers = await readObject(this.#presigner, 'HEAD', key, ({ headers }) => Promise.resolve(headers));
    const crc64 = headers?.get('x-amz-checksum-crc64nvme');
    const ofWholeObject = headers?.get('x-amz-checksum-type') !== 'COMPOSITE';
    if (crc64 && ofWholeObject) return { algorithm: 'CRC64NVME', value: crc64 };
    const etag = headers?.get('etag')?.replaceAll('"', '');
    return etag ? { algorithm: 'ETAG', value: etag } : null;
  }
}

function parseManifest(text: string, key: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${key} is not a manifest`, { cause });
  }
}
