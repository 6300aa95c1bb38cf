import type { ResultFile, Results } from '../contract.ts';
import { errorOf } from '../errors/of-answer.ts';
import { clientError } from '../errors/spectra-error.ts';
import { type Transport, unbroken } from '../http/transport.ts';
import type { ByteSource } from './byte-source.ts';

/** Ms before its end that a URL is given up: a request needs some time to arrive. */
const margin = 5000;

/** A file of a job by its presigned URL, which is renewed when it has expired. Connections that fail at the same time renew it once. */
export function fileSource(
  transport: Transport,
  jobId: string,
  file: Pick<ResultFile, 'n' | 'name' | 'bytes' | 'download_url'>,
  expires: string,
): ByteSource {
  const { runtime } = transport;
  let url = file.download_url;
  let expiresAt = Date.parse(expires);
  let renewing: Promise<void> | undefined;

  const renew = async (signal?: AbortSignal): Promise<void> => {
    const query = { limit: 1, cursor: file.n > 1 ? file.n - 1 : undefined };
    const call = { method: 'GET' as const, path: `/bulk/jobs/${encodeURIComponent(jobId)}/results`, query, signal };
    const { files, url_expires_at } = (await transport.call<Results>(call)).body;
    const now = files.find(({ n }) => n === file.n);
    if (now?.bytes !== file.bytes || now.name !== file.name)
      throw clientError('RESULT_CHANGED', `${file.name} is another file now than when its download began`);
    url = now.download_url;
    expiresAt = Date.parse(url_expires_at);
  };
  const renewed = (signal?: AbortSignal): Promise<void> =>
    (renewing ??= renew(signal).finally(() => (renewing = undefined)));

  return {
    name: file.name,
    open: async ({ range, until }) => {
      if (runtime.now() > expiresAt - margin) await renewed(until.signal);
      const headers = range === undefined ? {} : { range };
      const response = await unbroken(until, runtime.fetch(url, { headers, signal: until.signal }));
      if (response.ok) return response;
      throw errorOf(response, await unbroken(until, response.text()), runtime.now());
    },
    refresh: async (signal) => {
      await renewed(signal);
      return true;
    },
  };
}
