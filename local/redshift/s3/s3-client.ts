import { S3Client, S3ServiceException, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/protocol-http';
import type { BuildMiddleware } from '@smithy/types';
import { SqlError } from '../sql/sql-error.ts';

/** The S3 that UNLOAD writes to and COPY reads from, and as whom. */
export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The folder out of which an embedded S3 on this machine takes files by reference; no other S3 has one. */
  readonly localFiles?: string | undefined;
}

const CONNECT_MS = 5000;
const REQUEST_MS = 120_000;

/** As the SDK does by itself over HTTPS: hashing every part would take longer than sending it. */
const withoutPayloadHash: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
  const { request } = args;
  if (HttpRequest.isInstance(request)) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
  return next(args);
};

export function createS3Client({ endpoint, region, credentials }: S3Access): S3Client {
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
  });
  client.middlewareStack.add(withoutPayloadHash, { step: 'build', name: 'withoutPayloadHash' });
  return client;
}

/** What S3 answered, as Redshift reports it. Other failures pass unchanged. */
export function fromS3Error(cause: unknown): unknown {
  if (!(cause instanceof S3ServiceException)) return cause;
  const status = cause.$metadata.httpStatusCode ?? 0;
  return new SqlError('XX000', `S3ServiceException:${cause.message},Status ${status},Error ${cause.name}`, undefined, {
    cause,
  });
}
