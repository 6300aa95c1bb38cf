/** Reflected polynomials of the CRCs that S3 can give for a whole multipart object. */
const POLYNOMIALS = {
  CRC32: { width: 32, polynomial: 0xedb88320n },
  CRC32C: { width: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CombinableAlgorithm = keyof typeof POLYNOMIALS;

/** A linear map over GF(2): the image of each bit. */
type Matrix = readonly bigint[];

/**
 * CRC of the concatenation of two pieces, from their CRCs and the second one's length, without reading either:
 * appending n bytes is a linear map of the first CRC, found by repeated squaring.
 * @param first base64 @param second base64 @param secondBytes length of the second piece
 */
export function combineCrc(algorithm: CombinableAlgorithm, first: string, second: string, secondBytes: number): string {
  const { width, polynomial } = POLYNOMIALS[algorithm];
  let value = fromBase64(first);
  let operator = shiftByOneByte(width, polynomial);
  for (let rest = secondBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) value = apply(operator, value);
    operator = operator.map((image) => apply(operator, image));
  }
  return toBase64(value ^ fromBase64(second), width);
}

function shiftByOneByte(width: number, polynomial: bigint): Matrix {
  return Array.from({ length: width }, (_, bit) => {
    let value = 1n << BigInt(bit);
    for (let step = 0; step < 8; step++) value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

function apply(matrix: Matrix, vector: bigint): bigint {
  let sum = 0n;
  let rest = vector;
  for (const image of matrix) {
    if (rest === 0n) break;
    if ((rest & 1n) === 1n) sum ^= image;
    rest >>= 1n;
  }
  return sum;
}

const fromBase64 = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64').toString('hex')}`);

const toBase64 = (value: bigint, width: number): string =>
  Buffer.from(value.toString(16).padStart(width / 4, '0'), 'hex').toString('base64');
