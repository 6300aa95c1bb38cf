/* CRC-64/NVME, which S3 keeps of every object: reflected, in halves of 32 bits as JavaScript has them, 8 bytes at a time. */

const TABLES = 8;
const LOW_POLYNOMIAL = 0xac4bc9b5 | 0;
const HIGH_POLYNOMIAL = 0x9a6c9329 | 0;

const low = new Int32Array(TABLES * 256);
const high = new Int32Array(TABLES * 256);

const at = (table: Int32Array, index: number): number => table[index] ?? 0;

function fillTables(): void {
  for (let byte = 0; byte < 256; byte += 1) {
    let a = byte;
    let b = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = a & 1;
      a = (a >>> 1) | (b << 31);
      b >>>= 1;
      if (odd) {
        a ^= LOW_POLYNOMIAL;
        b ^= HIGH_POLYNOMIAL;
      }
    }
    low[byte] = a;
    high[byte] = b;
  }
  for (let index = 256; index < TABLES * 256; index += 1) {
    const a = at(low, index - 256);
    const b = at(high, index - 256);
    low[index] = ((a >>> 8) | (b << 24)) ^ at(low, a & 255);
    high[index] = (b >>> 8) ^ at(high, a & 255);
  }
}

/** A checksum of bytes that come piece by piece. */
export class Crc64 {
  #low = -1;
  #high = -1;

  constructor() {
    if (low[1] === 0) fillTables();
  }

  update(bytes: Uint8Array): void {
    let a = this.#low;
    let b = this.#high;
    const { length } = bytes;
    const even = length - (length % 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    let index = 0;
    for (; index < even; index += 8) {
      a ^= view.getInt32(index, true);
      b ^= view.getInt32(index + 4, true);
      const i0 = 1792 + (a & 255);
      const i1 = 1536 + ((a >>> 8) & 255);
      const i2 = 1280 + ((a >>> 16) & 255);
      const i3 = 1024 + (a >>> 24);
      const i4 = 768 + (b & 255);
      const i5 = 512 + ((b >>> 8) & 255);
      const i6 = 256 + ((b >>> 16) & 255);
      const i7 = b >>> 24;
      a = at(low, i0) ^ at(low, i1) ^ at(low, i2) ^ at(low, i3) ^ at(low, i4) ^ at(low, i5) ^ at(low, i6) ^ at(low, i7);
      b =
        at(high, i0) ^
        at(high, i1) ^
        at(high, i2) ^
        at(high, i3) ^
        at(high, i4) ^
        at(high, i5) ^
        at(high, i6) ^
        at(high, i7);
    }
    for (; index < length; index += 1) {
      const byte = (a ^ (bytes[index] ?? 0)) & 255;
      a = ((a >>> 8) | (b << 24)) ^ at(low, byte);
      b = (b >>> 8) ^ at(high, byte);
    }
    this.#low = a;
    this.#high = b;
  }

  /** As an unsigned number of 64 bits. */
  get value(): bigint {
    return (BigInt(~this.#high >>> 0) << 32n) | BigInt(~this.#low >>> 0);
  }
}

/** As S3 writes it: base64 of its 8 bytes, the highest first. */
export function base64Of(crc: bigint): string {
  const bytes = Array.from({ length: 8 }, (_, index) => Number((crc >> BigInt(56 - 8 * index)) & 255n));
  return btoa(String.fromCharCode(...bytes));
}

const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** A 64 by 64 matrix over bits, by its columns, times a vector. */
function times(matrix: readonly bigint[], vector: bigint): bigint {
  let sum = 0n;
  for (let bit = 0; vector > 0n; bit += 1, vector >>= 1n) if (vector & 1n) sum ^= matrix[bit] ?? 0n;
  return sum;
}

const square = (matrix: readonly bigint[]): bigint[] => matrix.map((column) => times(matrix, column));

/** The checksum of two pieces behind one another, from theirs: what came in several ranges is never read again. */
export function combineCrc64(first: bigint, second: bigint, secondBytes: number): bigint {
  // One zero bit behind a message; squared three times, one zero byte.
  const bit = Array.from({ length: 64 }, (_, index) => (index === 0 ? POLYNOMIAL : 1n << BigInt(index - 1)));
  let zeros = square(square(square(bit)));
  let crc = first;
  for (let left = BigInt(secondBytes); left > 0n; left >>= 1n) {
    if (left & 1n) crc = times(zeros, crc);
    zeros = square(zeros);
  }
  return crc ^ second;
}
