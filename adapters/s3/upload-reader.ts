import type { StoredUpload, UploadInParts, UploadListing } from '../../core/load/ports.ts';
import { S3Presigner, type PresignerOptions } from './presigner.ts';
import { readUploads, readUploadsInParts } from './read-listing.ts';
import { boundedText, readObject } from './signed-fetch.ts';

/** Lists uploads by requests that it signs itself: an API that only closes loads needs no client of S3. */
export class S3UploadReader implements UploadListing {
  readonly #presigner: S3Presigner;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'>) {
    this.#presigner = new S3Presigner({ ...options, expirySeconds: 0 });
  }

  async files(prefix: string): Promise<StoredUpload[]> {
    return readUploads(await this.#list(prefix, { 'list-type': '2', 'max-keys': '1000' }));
  }

  async inParts(prefix: string): Promise<UploadInParts[]> {
    return readUploadsInParts(await this.#list(prefix, { uploads: '', 'max-uploads': '1000' }));
  }

  async #list(prefix: string, query: Record<string, string>): Promise<string> {
    const read = (response: Response) => boundedText(response, prefix);
    const text = await readObject(this.#presigner, 'GET', '', read, { ...query, prefix });
    if (text === undefined) throw new Error(`${prefix} could not be listed`);
    return text;
  }
}
