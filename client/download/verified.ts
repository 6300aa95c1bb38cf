import type { ResultFile } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';
import { base64Of, Crc64 } from './crc64.ts';

type Checked = Pick<ResultFile, 'name' | 'checksum'>;

/** Whether the checksum is one of the content. An ETag says nothing about it where S3 encrypts with KMS, or got the file in parts. */
export const isVerifiable = ({ checksum }: Pick<Checked, 'checksum'>): boolean => checksum?.algorithm === 'CRC64NVME';

/** @throws SpectraError CHECKSUM_MISMATCH */
export function assertChecksum({ name, checksum }: Checked, crc: bigint): void {
  const found = base64Of(crc);
  if (checksum?.algorithm === 'CRC64NVME' && checksum.value !== found)
    throw clientError('CHECKSUM_MISMATCH', `${name} has the checksum ${found}; it should have ${checksum.value}`);
}

/** The same bytes; the checksum is compared when all have come. */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  file: Checked,
): AsyncGenerator<Uint8Array, void, undefined> {
  const crc = new Crc64();
  for await (const chunk of bytes) {
    crc.update(chunk);
    yield chunk;
  }
  assertChecksum(file, crc.value);
}
