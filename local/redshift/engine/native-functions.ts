import { createHash } from 'node:crypto';
import { DuckDBScalarFunction, INTEGER, VARCHAR, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { numberToChar } from '../sql/number-format.ts';

const HASHES: Readonly<Record<number, string>> = {
  0: 'sha256',
  224: 'sha224',
  256: 'sha256',
  384: 'sha384',
  512: 'sha512',
};

function sha2(text: string, bits: number): string {
  const algorithm = HASHES[bits];
  if (algorithm === undefined) throw new Error('sha2 takes 0, 224, 256, 384 or 512 bits');
  return createHash(algorithm).update(text).digest('hex');
}

function strtol(text: string, base: number): string {
  const digits = text.trim().replace(/^0x/i, '').toLowerCase().split('');
  const values = digits.map((digit) => Number.parseInt(digit, 36));
  if (digits.length === 0 || values.some((value) => !(value < base))) {
    throw new Error(`The input ${text} is not valid to be converted to base ${base}`);
  }
  return values.reduce((sum, value) => sum * BigInt(base) + BigInt(value), 0n).toString();
}

/** As many whole characters as fit into a number of octets. */
function firstOctets(text: string, octets: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(octets, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** Registers a function of text and one more argument; NULL in, NULL out. */
function binary<T extends string | number>(
  name: string,
  second: DuckDBType,
  is: (value: unknown) => value is T,
  apply: (text: string, argument: T) => string,
): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    returnType: VARCHAR,
    parameterTypes: [VARCHAR, second],
    mainFunction(_info, input, output) {
      const texts = input.getColumnVector(0);
      const others = input.getColumnVector(1);
      for (let row = 0; row < input.rowCount; row += 1) {
        const text = texts.getItem(row);
        const other = others.getItem(row);
        output.setItem(row, typeof text === 'string' && is(other) ? apply(text, other) : null);
      }
      output.flush();
    },
  });
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

/** Functions that SQL macros cannot express. They run on the JavaScript thread, a vector of rows at a time. */
export function registerNativeFunctions(connection: DuckDBConnection): void {
  connection.registerScalarFunction(binary('rs_sha2', INTEGER, isNumber, sha2));
  connection.registerScalarFunction(binary('rs_strtol_text', INTEGER, isNumber, strtol));
  connection.registerScalarFunction(binary('rs_first_octets', INTEGER, isNumber, firstOctets));
  connection.registerScalarFunction(binary('rs_number_to_char', VARCHAR, isText, numberToChar));
}
