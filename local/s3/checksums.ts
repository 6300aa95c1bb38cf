import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c } from '@aws-sdk/checksums/crc';
import { createCRC64 } from 'hash-wasm';
import * as z from 'zod';

export const ChecksumAlgorithm = z.enum(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']);
export type ChecksumAlgorithm = z.infer<typeof ChecksumAlgorithm>;

/** Of an object assembled from parts: over its bytes (FULL_OBJECT) or over the parts' checksums (COMPOSITE). */
export const ChecksumType = z.enum(['FULL_OBJECT', 'COMPOSITE']);
export type ChecksumType = z.infer<typeof ChecksumType>;

export const Checksum = z.object({ algorithm: ChecksumAlgorithm, type: ChecksumType, value: z.string() });
/** `value` is base64; a COMPOSITE one ends in `-<number of parts>`. */
export type Checksum = z.infer<typeof Checksum>;

/** What S3 computes when the client sends no checksum. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** Element name in XML documents, such as `ChecksumCRC32`. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

export interface Hasher {
  update(data: Uint8Array): void;
  /** base64 */
  digest(): Promise<string>;
}

/** The polynomial of CRC-64/NVME, reversed. */
const NVME = '9a6c9329ac4bc9b5';

/** A streaming hasher. CRC32, SHA1 and SHA256 are native, CRC64NVME is WebAssembly (over 1 GB/s), CRC32C JavaScript. */
export async function createHasher(algorithm: ChecksumAlgorithm): Promise<Hasher> {
  switch (algorithm) {
    case 'CRC32':
      return crc32Hasher();
    case 'CRC32C':
      return wrap(new Crc32c());
    case 'CRC64NVME':
      return crc64Hasher();
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (data) => void hash.update(data), digest: () => Promise.resolve(hash.digest('base64')) };
    }
  }
}

function crc32Hasher(): Hasher {
  let value = 0;
  return {
    update: (data) => (value = crc32(data, value)),
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return Promise.resolve(bytes.toString('base64'));
    },
  };
}

async function crc64Hasher(): Promise<Hasher> {
  const crc = await createCRC64(NVME);
  return {
    update: (data) => void crc.update(data),
    digest: () => Promise.resolve(Buffer.from(crc.digest('binary')).toString('base64')),
  };
}

interface SdkChecksum {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

function wrap(checksum: SdkChecksum): Hasher {
  return {
    update: (data) => checksum.update(data),
    digest: async () => Buffer.from(await checksum.digest()).toString('base64'),
  };
}
