import { QueryHash } from '../../contract/ids.ts';
import type { ExportOptions, QueryJobBody } from '../../contract/jobs.ts';
import type { LoadRequest, QueryRequest } from '../../contract/records.ts';
import type { Hasher } from '../ports.ts';
import type { Job } from '../jobs/job.ts';
import { invalidRequest } from '../problem-error.ts';
import { queryRefused } from '../sql/query-refused.ts';
import { judgeQuery } from '../sql/guard.ts';
import { unloadOptionProblems } from '../sql/unload.ts';

export interface AcceptQueryDeps {
  hasher: Hasher;
  /** Largest file that an export may write, and does where the job does not say. */
  maxFileSizeMb: number;
}

type Own = 'type' | 'tenant_id' | 'job_id' | 'warehouse_user';

/** What is kept of an accepted job beside its name and state: in the job itself, and in its request. */
export interface Accepted {
  facts: ExportOptions & Pick<Job, 'query_hash' | 'load'>;
  request: Omit<QueryRequest, Own> | Omit<LoadRequest, Own>;
}

/** @throws ProblemError when the options don't fit together, or the query may not be exported */
export function acceptQuery(deps: AcceptQueryDeps, asked: QueryJobBody): Accepted {
  const body = withFileSize(asked, deps.maxFileSizeMb);
  assertExportable(body);
  const query_hash = hashOf(deps.hasher, body);
  const { query, start, operation, object: _object, tag: _tag, ...options } = body;
  return { facts: { ...options, query_hash }, request: { operation, query, query_hash, start, ...options } };
}

/** The same for what is the same work: the query, letter by letter, in the same format. */
const hashOf = (hasher: Hasher, { query, content_type, compression }: QueryJobBody): QueryHash =>
  QueryHash.parse(hasher.hash(query, content_type, compression).slice(0, 16));

function withFileSize(body: QueryJobBody, most: number): QueryJobBody {
  const max_file_size_mb = body.max_file_size_mb ?? most;
  if (max_file_size_mb <= most) return { ...body, max_file_size_mb };
  throw invalidRequest([{ pointer: '/max_file_size_mb', message: `at most ${most} here (see /limits)` }]);
}

/** `at` is where the options stand in the body. @throws ProblemError when the options don't fit together, or the query may not be exported */
export function assertExportable(body: Pick<QueryJobBody, 'query'> & ExportOptions, at = ''): void {
  const verdict = judgeQuery(body.query);
  const problems = unloadOptionProblems(body, verdict.verdict === 'accepted' ? verdict : undefined);
  if (problems.length > 0)
    throw invalidRequest(
      problems.map(({ pointer, message }) => ({ pointer: pointer === '/query' ? pointer : at + pointer, message })),
    );
  if (verdict.verdict === 'refused') throw queryRefused(verdict);
}
