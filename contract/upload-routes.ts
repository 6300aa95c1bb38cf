import type { ProblemCode } from './problems.ts';
import { IdempotencyHeaders, JobParams, keyed, onJob, type Route, withBody } from './route.ts';
import {
  batchMediaTypes,
  CompleteUploadBody,
  FileQuery,
  UploadedFile,
  UploadList,
  UploadParams,
  UploadUrl,
  UploadUrlQuery,
} from './uploads.ts';

/** Of what is done with the files of a load that is still open. */
const onUploads: ProblemCode[] = [...onJob, 'WRONG_OPERATION', 'STATE_CONFLICT'];

/** How files of a load get in. */
export const uploadRoutes = {
  getUploadUrl: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/upload-url',
    summary: 'Where to send a file of a load: one PUT, or an upload in parts, begun or resumed',
    permission: 'bulk:write',
    params: JobParams,
    query: UploadUrlQuery,
    responses: { 200: { description: 'Presigned: needs no credential', body: UploadUrl } },
    problems: [...onUploads, 'PAYLOAD_TOO_LARGE', 'UPLOAD_EXISTS'],
  },
  listUploads: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/uploads',
    summary: 'What has been uploaded for a load, and what is being uploaded in parts',
    permission: 'bulk:read',
    params: JobParams,
    responses: { 200: { description: 'All of it', body: UploadList } },
    problems: onUploads,
  },
  completeUpload: {
    method: 'POST',
    path: '/bulk/jobs/{job_id}/uploads/{n}/complete',
    summary: 'Complete an upload in parts',
    permission: 'bulk:write',
    params: UploadParams,
    headers: IdempotencyHeaders,
    body: CompleteUploadBody,
    responses: { 200: { description: 'The file is whole', body: UploadedFile } },
    problems: [
      ...onUploads,
      ...withBody,
      ...keyed,
      'FILE_NOT_FOUND',
      'UPLOAD_MISSING',
      'UPLOAD_INCOMPLETE',
      'UPLOAD_EXISTS',
    ],
  },
  deleteUpload: {
    method: 'DELETE',
    path: '/bulk/jobs/{job_id}/uploads/{n}',
    summary: 'Delete a file of an open load, whole or in parts, so that another can be sent',
    permission: 'bulk:write',
    params: UploadParams,
    responses: { 204: { description: 'Gone, or never there', body: null } },
    problems: [...onUploads, 'FILE_NOT_FOUND'],
  },
  putBatch: {
    method: 'PUT',
    path: '/bulk/jobs/{job_id}/batches',
    summary: 'Send a small file of a load straight through the API',
    permission: 'bulk:write',
    params: JobParams,
    query: FileQuery,
    raw: batchMediaTypes,
    responses: {
      201: { description: 'The file is there; so is it for a repeat with the same body', body: UploadedFile },
    },
    problems: [...onUploads, 'PAYLOAD_TOO_LARGE', 'UPLOAD_EXISTS'],
  },
} as const satisfies Record<string, Route>;

export type UploadRouteName = keyof typeof uploadRoutes;
