declare module 'seek-bzip' {
  const Bunzip: { decode: (input: Buffer, output?: undefined, multistream?: boolean) => Buffer };
  export default Bunzip;
}
