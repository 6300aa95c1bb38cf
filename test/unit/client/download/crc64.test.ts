import fc from 'fast-check';
import { createCRC64 } from 'hash-wasm';
import { base64Of, combineCrc64, Crc64, plainKernel } from '../../../../client/download/crc64.ts';

const crcOf = (...pieces: Uint8Array[]): bigint => {
  const crc = new Crc64();
  for (const piece of pieces) crc.update(piece);
  return crc.value;
};

it('is the CRC64NVME that S3 keeps, of any bytes in any pieces', async () => {
  const other = await createCRC64('9a6c9329ac4bc9b5');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), fc.nat(7), (bytes, cut, offset) => {
      const expected = BigInt(`0x${other.init().update(bytes).digest()}`);
      const shifted = new Uint8Array(bytes.length + offset).subarray(offset);
      shifted.set(bytes);
      expect(crcOf(shifted.subarray(0, cut), shifted.subarray(cut))).toBe(expected);
      const plain = new Crc64(plainKernel);
      for (const piece of [shifted.subarray(0, cut), shifted.subarray(cut)]) plain.update(piece);
      expect(plain.value).toBe(expected);
      const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(combineCrc64(crcOf(head), crcOf(tail), tail.length)).toBe(expected);
    }),
  );
  expect(base64Of(crcOf(new TextEncoder().encode('123456789')))).toBe('rosUhgp5mIg=');
});

it('takes pieces larger than the memory of its kernel', async () => {
  const bytes = Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * index) >> 3);
  const other = await createCRC64('9a6c9329ac4bc9b5');
  expect(crcOf(bytes)).toBe(BigInt(`0x${other.init().update(bytes).digest()}`));
});
