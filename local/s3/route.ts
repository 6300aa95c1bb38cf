import type { Operation } from './call.ts';
import { LOCAL_FILE_HEADER } from './local-file-header.ts';
import { s3Error } from './s3-error.ts';
import type { Target } from './s3-request.ts';
import {
  createBucket,
  deleteBucket,
  deleteLifecycle,
  getBucketLocation,
  getLifecycle,
  headBucket,
  listBuckets,
  putLifecycle,
} from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject, getObjectAttributes } from './operations/get-object.ts';
import { listObjects } from './operations/list-objects.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './operations/multipart.ts';
import { putLocalFile } from './operations/put-local-file.ts';
import { putObject } from './operations/put-object.ts';

/** `<method> <level>[ ?<subresource>]` */
const ROUTES: Readonly<Record<string, Operation>> = {
  'GET service': listBuckets,
  'PUT bucket': createBucket,
  'HEAD bucket': headBucket,
  'DELETE bucket': deleteBucket,
  'GET bucket ?list-type': listObjects,
  'GET bucket ?location': getBucketLocation,
  'GET bucket ?uploads': listMultipartUploads,
  'POST bucket ?delete': deleteObjects,
  'PUT bucket ?lifecycle': putLifecycle,
  'GET bucket ?lifecycle': getLifecycle,
  'DELETE bucket ?lifecycle': deleteLifecycle,
  'PUT object': putObject,
  'PUT object ?copy': copyObject,
  'PUT object ?local-file': putLocalFile,
  'GET object': getObject,
  'HEAD object': getObject,
  'GET object ?attributes': getObjectAttributes,
  'DELETE object': deleteObject,
  'POST object ?uploads': createMultipartUpload,
  'PUT object ?uploadId': uploadPart,
  'POST object ?uploadId': completeMultipartUpload,
  'DELETE object ?uploadId': abortMultipartUpload,
  'GET object ?uploadId': listParts,
};

/** Query parameters that choose another operation; of S3's, also those that are not implemented. */
const SUBRESOURCES = new Set(
  (
    'accelerate acl analytics attributes copy cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'list-type location logging metrics notification object-lock ownershipControls policy policyStatus ' +
    'publicAccessBlock replication requestPayment restore retention select tagging torrent uploadId uploads versioning ' +
    'versions website'
  ).split(' '),
);

/**
 * Finds the operation.
 * @throws S3Error NotImplemented for what S3 can do and this server cannot
 */
export function route(target: Target): Operation {
  const level = target.bucket === undefined ? 'service' : target.key === undefined ? 'bucket' : 'object';
  const subresources = [...target.query.keys()].filter((name) => SUBRESOURCES.has(name));
  if (target.method === 'PUT' && target.headers['x-amz-copy-source'] !== undefined) subresources.push('copy');
  if (target.method === 'PUT' && target.headers[LOCAL_FILE_HEADER] !== undefined) subresources.push('local-file');
  const name = `${target.method} ${level}${subresources.map((subresource) => ` ?${subresource}`).join('')}`;
  const operation = ROUTES[name];
  if (!operation) throw s3Error('NotImplemented', {}, `${name} is not implemented by this local S3`);
  return operation;
}
