import Bunzip from 'seek-bzip';

/** Bzip2 read by another library than the one that wrote it. */
export const bunzip2 = (data: Buffer): Buffer => Bunzip.decode(data, undefined, true);
