import * as z from 'zod';
import { bucketOf, sendDocument, sendEmpty, sendXml, type Operation } from '../call.ts';
import { readTextBody } from '../read-xml-body.ts';
import { s3Error } from '../s3-error.ts';
import { asArray, parseXmlBody } from '../xml.ts';

export const listBuckets: Operation = (call) => {
  const buckets = call.buckets.list().map(({ record }) => ({ Name: record.name, CreationDate: record.created_at }));
  sendXml(call, 'ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket: buckets } });
  return Promise.resolve();
};

export const createBucket: Operation = async (call) => {
  await readTextBody(call);
  const name = call.request.bucket ?? '';
  await call.buckets.create(name, call.clock());
  sendEmpty(call, 200, { location: `/${name}` });
};

export const headBucket: Operation = (call) => {
  bucketOf(call);
  sendEmpty(call, 200, { 'x-amz-bucket-region': call.region });
  return Promise.resolve();
};

export const deleteBucket: Operation = async (call) => {
  await call.buckets.delete(call.request.bucket ?? '');
  sendEmpty(call, 204);
};

export const getBucketLocation: Operation = (call) => {
  bucketOf(call);
  sendXml(call, 'LocationConstraint', call.region === 'us-east-1' ? '' : call.region);
  return Promise.resolve();
};

const Lifecycle = z.object({
  Rule: z.preprocess(
    asArray,
    z
      .array(z.looseObject({ Status: z.enum(['Enabled', 'Disabled']) }))
      .min(1)
      .max(1000),
  ),
});

/** Kept and given back; expiring objects is not done here. */
export const putLifecycle: Operation = async (call) => {
  const bucket = bucketOf(call);
  const lifecycle = await readTextBody(call);
  parseXmlBody(lifecycle, 'LifecycleConfiguration', Lifecycle);
  await bucket.saveRecord({ ...bucket.record, lifecycle });
  sendEmpty(call, 200);
};

export const getLifecycle: Operation = (call) => {
  const { lifecycle, name } = bucketOf(call).record;
  if (lifecycle === undefined) throw s3Error('NoSuchLifecycleConfiguration', { BucketName: name });
  sendDocument(call, lifecycle);
  return Promise.resolve();
};

export const deleteLifecycle: Operation = async (call) => {
  const bucket = bucketOf(call);
  const { name, created_at } = bucket.record;
  await bucket.saveRecord({ name, created_at });
  sendEmpty(call, 204);
};
