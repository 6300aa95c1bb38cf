import { type Kernel, wasmKernel } from './crc64-kernel.ts';

/* CRC-64/NVME, which S3 keeps of every object: reflected, eight bytes at a time by eight tables. */

const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ALL = 0xffff_ffff_ffff_ffffn;

function tablesOf(): bigint[] {
  const tables: bigint[] = [];
  for (let byte = 0n; byte < 256n; byte += 1n) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
    tables.push(crc);
  }
  for (let index = 256; index < 8 * 256; index += 1) {
    const crc = tables[index - 256] ?? 0n;
    tables.push((crc >> 8n) ^ (tables[Number(crc & 255n)] ?? 0n));
  }
  return tables;
}

/** Without WebAssembly: in halves of 32 bits, as JavaScript has them. */
export function plainKernel(tables: readonly bigint[]): Kernel {
  const low = Int32Array.from(tables, (entry) => Number(BigInt.asIntN(32, entry)));
  const high = Int32Array.from(tables, (entry) => Number(BigInt.asIntN(32, entry >> 32n)));
  const at = (table: Int32Array, index: number): number => table[index] ?? 0;
  return (crc, bytes) => {
    let a = Number(BigInt.asIntN(32, crc));
    let b = Number(BigInt.asIntN(32, crc >> 32n));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < bytes.length; index += 8) {
      a ^= view.getInt32(index, true);
      b ^= view.getInt32(index + 4, true);
      const [x0, x1, x2, x3] = [
        1792 + (a & 255),
        1536 + ((a >>> 8) & 255),
        1280 + ((a >>> 16) & 255),
        1024 + (a >>> 24),
      ];
      const [x4, x5, x6, x7] = [768 + (b & 255), 512 + ((b >>> 8) & 255), 256 + ((b >>> 16) & 255), b >>> 24];
      a = at(low, x0) ^ at(low, x1) ^ at(low, x2) ^ at(low, x3) ^ at(low, x4) ^ at(low, x5) ^ at(low, x6) ^ at(low, x7);
      b = at(high, x0) ^ at(high, x1) ^ at(high, x2) ^ at(high, x3);
      b ^= at(high, x4) ^ at(high, x5) ^ at(high, x6) ^ at(high, x7);
    }
    return (BigInt(b >>> 0) << 32n) | BigInt(a >>> 0);
  };
}

let known: { tables: readonly bigint[]; kernel: Kernel } | undefined;

/** Made once it is needed. */
function made(): { tables: readonly bigint[]; kernel: Kernel } {
  const tables = tablesOf();
  return { tables, kernel: wasmKernel(tables) ?? plainKernel(tables) };
}

/** A checksum of bytes that come piece by piece. */
export class Crc64 {
  #crc = ALL;
  readonly #tables: readonly bigint[];
  readonly #kernel: Kernel;

  /** @param kernel for tests; default: the fastest that there is */
  constructor(kernel?: (tables: readonly bigint[]) => Kernel) {
    const { tables, kernel: fastest } = (known ??= made());
    this.#tables = tables;
    this.#kernel = kernel?.(tables) ?? fastest;
  }

  update(bytes: Uint8Array): void {
    const even = bytes.length - (bytes.length % 8);
    let crc = this.#kernel(this.#crc, bytes.subarray(0, even));
    for (const byte of bytes.subarray(even))
      crc = (crc >> 8n) ^ (this.#tables[Number((crc ^ BigInt(byte)) & 255n)] ?? 0n);
    this.#crc = crc;
  }

  /** As an unsigned number of 64 bits. */
  get value(): bigint {
    return this.#crc ^ ALL;
  }
}

/** As S3 writes it: base64 of its 8 bytes, the highest first. */
export function base64Of(crc: bigint): string {
  const bytes = Array.from({ length: 8 }, (_, index) => Number((crc >> BigInt(56 - 8 * index)) & 255n));
  return btoa(String.fromCharCode(...bytes));
}

/** A 64 by 64 matrix over bits, by its columns, times a vector. */
function times(matrix: readonly bigint[], vector: bigint): bigint {
  let sum = 0n;
  for (let bit = 0; vector > 0n; bit += 1, vector >>= 1n) if (vector & 1n) sum ^= matrix[bit] ?? 0n;
  return sum;
}

const square = (matrix: readonly bigint[]): bigint[] => matrix.map((column) => times(matrix, column));

/** What 2^n zero bytes behind a message do to its checksum, for the n that were asked for so far. */
const powers: bigint[][] = [];

function zerosOf(power: number): bigint[] {
  const known = powers[power];
  if (known) return known;
  // One zero bit; squared three times, one zero byte.
  const bit = () => Array.from({ length: 64 }, (_, index) => (index === 0 ? POLYNOMIAL : 1n << BigInt(index - 1)));
  const zeros = square(power === 0 ? square(square(bit())) : zerosOf(power - 1));
  powers[power] = zeros;
  return zeros;
}

/** The checksum of two pieces behind one another, from theirs: what came in several ranges is never read again. */
export function combineCrc64(first: bigint, second: bigint, secondBytes: number): bigint {
  let crc = first;
  let left = BigInt(secondBytes);
  for (let power = 0; left > 0n; power += 1, left >>= 1n) if (left & 1n) crc = times(zerosOf(power), crc);
  return crc ^ second;
}
