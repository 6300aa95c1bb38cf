import { randomUUID } from 'node:crypto';
import { bucketOf, keyOf, quoted, sendEmpty, type Operation } from '../call.ts';
import { readContentAttributes } from '../content-attributes.ts';
import { LOCAL_FILE_HEADER, LocalFilePieces } from '../local-file-header.ts';
import { writeCondition } from '../preconditions.ts';
import { s3Error } from '../s3-error.ts';
import { headerText, type Target } from '../s3-request.ts';
import type { FilePiece } from '../store/data-files.ts';
import type { LocalFiles } from '../store/local-files.ts';
import type { ObjectRecord } from '../store/records.ts';
import { publish } from './publish.ts';

/**
 * PutObject by reference: the object takes over files of the server's folder of local files, by a second name for each.
 * Nothing is read: its ETag is opaque like a multipart upload's, its checksum waits until somebody asks.
 */
export const putLocalFile: Operation = async (call) => {
  const { request, localFiles } = call;
  if (localFiles === undefined) throw s3Error('InvalidRequest', {}, 'This server takes no files by reference.');
  if ((headerText(request, 'content-length') ?? '0') !== '0')
    throw s3Error('InvalidRequest', {}, 'A file is taken by reference or sent, not both.');
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const condition = writeCondition(request);
  condition(bucket.get(key));
  const pieces = await Promise.all(readPieces(request).map((piece) => findPiece(piece, localFiles)));
  const object: ObjectRecord = {
    ...readContentAttributes(request),
    key,
    version_id: 'null',
    bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    etag: `${randomUUID().replaceAll('-', '')}-${pieces.length}`,
    last_modified: call.clock().toISOString(),
    segments: await bucket.data.takeAll(pieces),
  };
  await publish(call, 'ObjectCreated:Put', object, condition);
  sendEmpty(call, 200, { etag: quoted(object.etag) });
};

/** @throws S3Error InvalidArgument */
function readPieces(request: Target): LocalFilePieces {
  const text = headerText(request, LOCAL_FILE_HEADER) ?? '';
  try {
    return LocalFilePieces.parse(JSON.parse(text));
  } catch (error) {
    const message = `${LOCAL_FILE_HEADER} must be JSON: [{"file", "offset", "bytes"}]`;
    throw s3Error('InvalidArgument', { ArgumentName: LOCAL_FILE_HEADER, ArgumentValue: text }, message, error);
  }
}

/** @throws S3Error InvalidArgument */
async function findPiece(piece: LocalFilePieces[number], localFiles: LocalFiles): Promise<FilePiece> {
  const { path, bytes } = await localFiles.find(piece.file);
  if (piece.offset + piece.bytes <= bytes) return { path, offset: piece.offset, bytes: piece.bytes };
  throw s3Error('InvalidArgument', { ArgumentValue: piece.file }, `The file has only ${bytes} bytes.`);
}
