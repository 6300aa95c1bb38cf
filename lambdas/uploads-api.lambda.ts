import type { UploadRouteName } from '../contract/upload-routes.ts';
import { uploadUrl } from '../core/use-cases/upload-url.ts';
import { deleteUpload, readUploads } from '../core/use-cases/read-uploads.ts';
import { completeUpload, storeBatch } from '../core/use-cases/store-upload.ts';
import { composeUploadsApi } from './shared/compose.ts';
import { answerOnce } from './shared/http/idempotency-key.ts';
import { keyOf } from './shared/http/job-key.ts';
import { empty, json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const deps = composeUploadsApi();

const answers: Answers<UploadRouteName> = {
  getUploadUrl: async (request) => {
    const { file, bytes, parts } = request.query;
    const acting = { ...deps, by: request.caller.key_id };
    return json(200, await uploadUrl(acting, { key: keyOf(request), file, bytes, parts }));
  },
  listUploads: async (request) => json(200, await readUploads(deps, keyOf(request))),
  completeUpload: (request) =>
    answerOnce(deps, request, {
      run: async () =>
        json(200, await completeUpload(deps, { key: keyOf(request), file: request.params.n, ...request.body })),
    }),
  deleteUpload: async (request) => {
    await deleteUpload(deps, keyOf(request), request.params.n);
    return empty(204);
  },
  putBatch: async (request) => {
    const { file } = request.query;
    return json(201, await storeBatch(deps, { key: keyOf(request), file, body: request.body }));
  },
};

export const handler = serve(answers, deps);
