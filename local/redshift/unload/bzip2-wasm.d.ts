declare module 'bzip2-wasm' {
  /** libbzip2 1.0.8. */
  export default class BZip2 {
    init(): Promise<void>;
    /** blockSize: hundreds of kB, 1 to 9; compressedSize: room for the result, an Error when it does not fit. */
    compress(data: Uint8Array, blockSize?: number, compressedSize?: number): Uint8Array;
  }
}
