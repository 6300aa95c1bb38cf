import { bucketOf, type Call, type S3Event } from '../call.ts';
import type { ObjectRecord } from '../store/records.ts';

/** Makes an object visible and tells of it; its data is gone again when the condition refuses. */
export async function publish(
  call: Call,
  name: S3Event['name'],
  object: ObjectRecord,
  condition: (current: ObjectRecord | undefined) => void,
): Promise<void> {
  const bucket = bucketOf(call);
  try {
    await bucket.put(object, condition);
  } catch (error) {
    await bucket.data.remove(object.segments);
    throw error;
  }
  const { key, bytes: size, etag } = object;
  call.emit({ name, bucket: bucket.record.name, key, size, etag, time: new Date(object.last_modified) });
}
