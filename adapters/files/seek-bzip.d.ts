declare module 'seek-bzip' {
  const Bunzip: {
    decode: (input: Buffer, output?: undefined, multistream?: boolean) => Buffer;
    /** The block that begins at this bit. */
    decodeBlock: (input: Buffer, bit: number) => Buffer;
  };
  export default Bunzip;
}
