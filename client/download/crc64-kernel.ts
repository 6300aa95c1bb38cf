/** Tables of the fast kernel, and bytes that it takes at once. */
const TABLES = 8;
const TABLE_BYTES = 256 * 8;
const DATA_AT = TABLES * TABLE_BYTES;
const PAGE = 65_536;
const PAGES = 5;

/** Updates a checksum by bytes whose number is a multiple of 8. */
export type Kernel = (crc: bigint, bytes: Uint8Array) => bigint;

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const signed = (value: number): number[] =>
  value < 64 ? [value] : [(value & 127) | 128, ...(value >> 7 === 0 ? [0] : signed(value >> 7))];
const section = (id: number, body: readonly number[]): number[] => [id, ...varint(body.length), ...body];
const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];

const I32 = 0x7f;
const I64 = 0x7e;
const VOID = 0x40;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = (value: number): number[] => [0x41, ...signed(value)];
const i64 = (value: number): number[] => [0x42, ...signed(value)];
const load64 = (offset: number): number[] => [0x29, 0, ...varint(offset)];
const END = 0x0b;
const XOR64 = 0x85;
const ADD32 = 0x6a;
const AND32 = 0x71;
const SHL32 = 0x74;
const SHR64 = 0x88;
const WRAP = 0xa7;
const GE32 = 0x4f;
const [BLOCK, LOOP, BRANCH, BRANCH_IF] = [0x02, 0x03, 0x0c, 0x0d];
/** Locals of the function: three parameters and the eight bytes at hand. */
const [CRC, AT, LAST, EIGHT] = [0, 1, 2, 3];

/** What the table of the n-th byte says of it. */
const looked = (byte: number): number[] => [
  ...get(EIGHT),
  ...(byte === 0 ? [] : [...i64(8 * byte), SHR64]),
  ...[WRAP, ...i32(255), AND32, ...i32(3), SHL32],
  ...load64((TABLES - 1 - byte) * TABLE_BYTES),
];

/** The sum over some bytes, as a tree: one behind the other each addition would wait for the one before. */
const summed = (first: number, count: number): number[] =>
  count === 1 ? looked(first) : [...summed(first, count / 2), ...summed(first + count / 2, count / 2), XOR64];

/** `(crc, at, last) => crc` over memory, eight bytes a turn. */
const code = [
  ...[1, 1, I64],
  ...[BLOCK, VOID, LOOP, VOID],
  ...[...get(AT), ...get(LAST), GE32, BRANCH_IF, 1],
  ...[...get(CRC), ...get(AT), ...load64(0), XOR64, ...set(EIGHT)],
  ...summed(0, TABLES),
  ...set(CRC),
  ...[...get(AT), ...i32(8), ADD32, ...set(AT)],
  ...[BRANCH, 0, END, END],
  ...[...get(CRC), END],
];

const module = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, PAGES]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('crc'), 0, 0]),
    ...section(10, [1, ...varint(code.length), ...code]),
  ]);

/** The part of WebAssembly that is used: of ES, Node and browsers only the last declare it. */
interface Wasm {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => {
    exports: { memory: { buffer: ArrayBuffer }; crc: (crc: bigint, at: number, last: number) => bigint };
  };
}

/** The same in WebAssembly, which has whole numbers of 64 bits; undefined where a page's content policy forbids it. */
export function wasmKernel(tables: readonly bigint[]): Kernel | undefined {
  try {
    const webAssembly: unknown = Reflect.get(globalThis, 'WebAssembly');
    const { Instance, Module } = webAssembly as Wasm;
    const { memory, crc: update } = new Instance(new Module(module())).exports;
    new BigUint64Array(memory.buffer, 0, tables.length).set(tables);
    const data = new Uint8Array(memory.buffer, DATA_AT, PAGES * PAGE - DATA_AT);
    return (crc, bytes) => {
      let sum = crc;
      for (let at = 0; at < bytes.length; at += data.length) {
        const piece = bytes.subarray(at, at + data.length);
        data.set(piece);
        sum = BigInt.asUintN(64, update(sum, DATA_AT, DATA_AT + piece.length));
      }
      return sum;
    };
  } catch {
    return undefined;
  }
}
