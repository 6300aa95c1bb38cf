import type { JobRecord } from '../contract.ts';
import { SpectraError } from '../errors/spectra-error.ts';
import { deadline } from '../http/deadline.ts';
import type { CallOptions, Transport } from '../http/transport.ts';
import { retrying } from '../retry/retrying.ts';
import { RowFile, type RowFileLink, type RowKind } from './row-file.ts';

/** Files of rows that a load may have; the API knows no more. */
const mostFiles = 1000;

/** Files of a load's rows of a kind, by number, until there is none other; none where the load has no such rows. */
export async function* rowFiles(
  transport: Transport,
  job: JobRecord,
  kind: RowKind,
  { signal }: Pick<CallOptions, 'signal'> = {},
): AsyncGenerator<RowFile, void, undefined> {
  for (let n = 1; n <= mostFiles; n += 1) {
    const link = linkTo(transport, job.job_id, kind, n);
    const found = await link.look(signal);
    if (!found) return;
    yield new RowFile(transport, link, { job, kind, n, headers: found.headers });
  }
}

function linkTo(transport: Transport, jobId: string, kind: RowKind, n: number): RowFileLink {
  const { retry, runtime } = transport;
  const path = `/bulk/jobs/${encodeURIComponent(jobId)}/${kind}-results`;
  const open: RowFileLink['open'] = ({ range, until }) => {
    const headers = range === undefined ? {} : { range };
    return transport.open({ method: 'GET', path, query: { file: n }, headers }, until);
  };
  const look = async (signal?: AbortSignal): Promise<Response | undefined> => {
    const until = deadline(transport.timeout, signal);
    try {
      const response = await open({ range: undefined, until });
      // A GET whose bytes nobody reads: the URL is signed for no HEAD, and a Range would hide the checksum.
      await response.body?.cancel();
      return response.status === 204 ? undefined : response;
    } catch (error) {
      if (error instanceof SpectraError && error.code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    } finally {
      until.end();
    }
  };
  return {
    name: `${kind}-results`,
    open,
    // Every try follows the link anew.
    refresh: () => Promise.resolve(false),
    look: (signal) => retrying({ retry, runtime, signal }, () => look(signal)),
  };
}
