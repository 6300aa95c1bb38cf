import * as z from 'zod';
import { bucketOf, keyOf, sendEmpty, sendXml, type Call, type Operation } from '../call.ts';
import { readXmlBody } from '../read-xml-body.ts';
import { asArray } from '../xml.ts';

const DeleteRequest = z.object({
  Object: z.preprocess(
    asArray,
    z
      .array(z.object({ Key: z.string().min(1) }))
      .min(1)
      .max(1000),
  ),
  Quiet: z.string().optional(),
});

export const deleteObject: Operation = async (call) => {
  await remove(call, keyOf(call));
  sendEmpty(call, 204);
};

export const deleteObjects: Operation = async (call) => {
  bucketOf(call);
  const wanted = await readXmlBody(call, 'Delete', DeleteRequest);
  for (const { Key } of wanted.Object) await remove(call, Key);
  const quiet = wanted.Quiet?.trim() === 'true';
  sendXml(call, 'DeleteResult', { Deleted: quiet ? undefined : wanted.Object.map(({ Key }) => ({ Key })) });
};

async function remove(call: Call, key: string): Promise<void> {
  const bucket = bucketOf(call);
  const removed = await bucket.delete(key);
  if (!removed) return;
  const { bytes: size, etag } = removed;
  call.emit({ name: 'ObjectRemoved:Delete', bucket: bucket.record.name, key, size, etag, time: call.clock() });
}
