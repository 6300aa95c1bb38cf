import { createHash } from 'node:crypto';
import { Manifest } from '../../contract/results.ts';
import type { Written } from '../../core/jobs/progress.ts';
import type { ResultStore, StoredFile } from '../../core/ports.ts';
import { BucketUrls } from '../s3/bucket.ts';

interface StoredObject {
  body: string;
  /** Base64, if the object has one. */
  crc64nvme: string | undefined;
  at: string;
}

/** Results in memory. */
export class MemoryResultStore extends BucketUrls implements ResultStore {
  readonly #objects = new Map<string, StoredObject>();

  /** What UNLOAD would do. */
  put(key: string, body: string, crc64nvme?: string, at = new Date()): void {
    this.#objects.set(key, { body, crc64nvme, at: at.toISOString() });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- so that what is not a manifest rejects and does not throw
  async manifest(key: string): Promise<Manifest | undefined> {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    try {
      return Manifest.parse(JSON.parse(object.body));
    } catch (cause) {
      throw new Error(`${key} is not a manifest`, { cause });
    }
  }

  writeManifest(key: string, manifest: Manifest): Promise<void> {
    this.put(key, JSON.stringify(manifest));
    return Promise.resolve();
  }

  files(prefix: string): Promise<StoredFile[]> {
    const files = [...this.#objects].map(([key, { body }]) => ({ key, bytes: Buffer.byteLength(body) }));
    return Promise.resolve(files.filter(({ key }) => key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : 1)));
  }

  async glimpse(prefix: string, manifest: string): Promise<Written> {
    const all = await this.files(prefix);
    const page = all.slice(0, 1000);
    const files = page.filter(({ key }) => key !== manifest);
    return {
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      first_at: files.map(({ key }) => this.#objects.get(key)?.at ?? '').sort()[0],
      manifest: page.length > files.length,
      more: all.length > page.length,
    };
  }

  checksum(key: string): Promise<{ algorithm: 'CRC64NVME' | 'ETAG'; value: string } | null> {
    const object = this.#objects.get(key);
    if (!object) return Promise.resolve(null);
    if (object.crc64nvme) return Promise.resolve({ algorithm: 'CRC64NVME', value: object.crc64nvme });
    return Promise.resolve({ algorithm: 'ETAG', value: createHash('md5').update(object.body).digest('hex') });
  }

  async removeAll(prefix: string): Promise<number> {
    if (!prefix.endsWith('/')) throw new Error(`${prefix} is no folder: others begin alike`);
    const files = await this.files(prefix);
    for (const { key } of files) this.#objects.delete(key);
    return files.length;
  }
}
