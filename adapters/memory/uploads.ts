import { createHash } from 'node:crypto';
import type { ReceivedPart, StoredUpload, UploadInParts, Uploads } from '../../core/load/ports.ts';

const md5 = (...parts: Uint8Array[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');

/** Uploads in memory. */
export class MemoryUploads implements Uploads {
  readonly #files = new Map<string, StoredUpload>();
  readonly #inParts = new Map<string, UploadInParts & { parts: Map<number, ReceivedPart> }>();
  #begun = 0;

  files(prefix: string): Promise<StoredUpload[]> {
    return Promise.resolve(under(prefix, [...this.#files.values()]));
  }

  inParts(prefix: string): Promise<UploadInParts[]> {
    const all = [...this.#inParts.values()].map(({ key, upload_id }) => ({ key, upload_id }));
    return Promise.resolve(under(prefix, all));
  }

  put(key: string, body: Uint8Array): ReturnType<Uploads['put']> {
    const etag = md5(body);
    const there = this.#files.get(key);
    if (there) return Promise.resolve({ outcome: 'exists', same: there.etag === etag, etag: there.etag });
    this.#store(key, body.byteLength, etag);
    return Promise.resolve({ outcome: 'stored', etag });
  }

  begin(key: string): Promise<UploadInParts> {
    this.#begun += 1;
    const upload = { key, upload_id: `upload-${String(this.#begun).padStart(6, '0')}` };
    this.#inParts.set(upload.upload_id, { ...upload, parts: new Map() });
    return Promise.resolve(upload);
  }

  /** What a client does with the URL of a part. */
  putPart({ upload_id }: UploadInParts, part: number, body: Uint8Array): void {
    this.#inParts.get(upload_id)?.parts.set(part, { part, bytes: body.byteLength, etag: md5(body) });
  }

  parts({ upload_id }: UploadInParts): Promise<ReceivedPart[] | undefined> {
    const parts = this.#inParts.get(upload_id)?.parts.values();
    return Promise.resolve(parts && [...parts].sort((a, b) => a.part - b.part));
  }

  complete({ key, upload_id }: UploadInParts, parts: ReceivedPart[]): ReturnType<Uploads['complete']> {
    if (!this.#inParts.has(upload_id) || this.#files.has(key)) return Promise.resolve({ outcome: 'over' });
    this.#inParts.delete(upload_id);
    const etag = `${md5(...parts.map((part) => Buffer.from(part.etag, 'hex')))}-${parts.length}`;
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    this.#store(key, bytes, etag);
    return Promise.resolve({ outcome: 'completed', etag });
  }

  abort({ upload_id }: UploadInParts): Promise<void> {
    this.#inParts.delete(upload_id);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.#files.delete(key);
    return Promise.resolve();
  }

  #store(key: string, bytes: number, etag: string): void {
    this.#files.set(key, { key, bytes, etag, uploaded_at: new Date().toISOString() });
  }
}

/** By key; what has the same key stays in the order in which it was begun. */
const under = <Item extends { key: string }>(prefix: string, items: Item[]): Item[] =>
  items.filter(({ key }) => key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
