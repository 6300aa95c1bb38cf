import { bucketOf, checksumHeaders, keyOf, quoted, sendEmpty, type Operation } from '../call.ts';
import { readContentAttributes } from '../content-attributes.ts';
import { writeCondition } from '../preconditions.ts';
import { receiveBody } from '../receive-body.ts';
import type { ChecksummedObject } from '../store/records.ts';
import { publish } from './publish.ts';

/** Largest single PUT, as in S3. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

export const putObject: Operation = async (call) => {
  const { request } = call;
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const condition = writeCondition(request);
  condition(bucket.get(key));
  const { file, result: received } = await bucket.data.write((sink) =>
    receiveBody(request, sink, { maxBytes: MAX_PUT_BYTES }),
  );
  const object: ChecksummedObject = {
    ...readContentAttributes(request),
    key,
    version_id: 'null',
    bytes: received.bytes,
    etag: received.md5,
    last_modified: call.clock().toISOString(),
    checksum: { ...received.checksum, type: 'FULL_OBJECT' },
    segments: [{ file, bytes: received.bytes }],
  };
  await publish(call, 'ObjectCreated:Put', object, condition);
  sendEmpty(call, 200, { etag: quoted(object.etag), ...checksumHeaders(object.checksum) });
};
