import { clientError } from '../errors/spectra-error.ts';
import { sourceOfBlob } from '../upload/sized-source.ts';
import type { Platform } from './platform.ts';
import { iterate, streamOf } from './streams.ts';

const nodeOnly = (what: string) => Promise.reject(clientError('NODE_ONLY', `${what} needs Node`));

export const browser: Platform = {
  decompress: (bytes, compression) =>
    compression === 'GZIP' ? iterate(streamOf(bytes).pipeThrough(new DecompressionStream('gzip'))) : undefined,
  download: () => nodeOnly('download() to a folder'),
  openFile: () => nodeOnly('load() from a path'),
  spool: async (bytes) => sourceOfBlob(await new Response(streamOf(bytes)).blob()),
};
