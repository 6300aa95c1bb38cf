import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import { PutObjectCommand, type PutObjectCommandInput, type PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/protocol-http';
import type { BuildMiddleware } from '@smithy/types';
import { LOCAL_FILE_HEADER, type LocalFilePieces } from '../../s3/local-file-header.ts';
import { uploadStream, type ObjectTarget } from './upload.ts';

/** A stretch of a finished file that the engine wrote. */
export interface FilePiece {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
}

/** How files that the engine wrote become objects. What arrives is the same either way. */
export interface Delivery {
  /** Delivering costs the same however large a file is, and the file can go once it is delivered. */
  readonly byReference: boolean;
  /** Stores pieces, one after another, as one object, which becomes visible whole or not at all. */
  deliver(target: ObjectTarget, pieces: readonly FilePiece[]): Promise<void>;
}

async function* contentOf(pieces: readonly FilePiece[]): AsyncGenerator<Buffer> {
  for (const { path, offset, bytes } of pieces) {
    if (bytes === 0) continue;
    yield* createReadStream(path, { start: offset, end: offset + bytes - 1 }) as AsyncIterable<Buffer>;
  }
}

/** Sends the bytes, as any S3 wants them. */
export const byUpload: Delivery = {
  byReference: false,
  async deliver(target, pieces) {
    await uploadStream(target, contentOf(pieces));
  },
};

const withPieces =
  (pieces: LocalFilePieces): BuildMiddleware<PutObjectCommandInput, PutObjectCommandOutput> =>
  (next) =>
  (args) => {
    const { request } = args;
    if (HttpRequest.isInstance(request)) request.headers[LOCAL_FILE_HEADER] = JSON.stringify(pieces);
    return next(args);
  };

/** Tells the embedded S3 on this machine which files to take. @param directory the folder that it offers for them */
export const byReference = (directory: string): Delivery => ({
  byReference: true,
  async deliver({ client, bucket, key, signal }, pieces) {
    signal.throwIfAborted();
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: '', ContentLength: 0 });
    const named = pieces.map(({ path, offset, bytes }) => ({ file: relative(directory, path), offset, bytes }));
    put.middlewareStack.add(withPieces(named), { step: 'build', name: 'localFilePieces' });
    await client.send(put, { abortSignal: signal });
  },
});
