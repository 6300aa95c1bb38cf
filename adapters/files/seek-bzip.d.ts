declare module 'seek-bzip' {
  interface ByteSource {
    readByte(): number;
    /** Called for the first bytes of each stream of the file. */
    read(buffer: Uint8Array, offset: number, length: number): number;
    eof(): boolean;
  }
  interface ByteSink {
    writeByte(byte: number): void;
  }
  /** Checks block and stream checksums; several streams may follow one another. */
  const Bunzip: {
    decode(input: Buffer, output?: undefined, multistream?: boolean): Buffer;
    decode(input: ByteSource, output: ByteSink, multistream: boolean): void;
    /** The block that begins at this bit. */
    decodeBlock(input: Buffer, bit: number): Buffer;
  };
  export default Bunzip;
}
