import type { StoredAnswer } from '../../../contract/records.ts';
import { type Problem, type ProblemCode, problems, problemType } from '../../../contract/problems.ts';
import type { ProblemFacts } from '../../../core/problem-error.ts';

const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): StoredAnswer {
  return {
    statusCode: status,
    headers: { ...always, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export const empty = (status: number, headers: Record<string, string> = {}): StoredAnswer => ({
  statusCode: status,
  headers: { ...always, ...headers },
  body: '',
});

export interface ProblemContext {
  request_id: string;
  instance?: string | undefined;
  headers?: Record<string, string>;
}

export function problem(code: ProblemCode, detail: string, facts: ProblemFacts, context: ProblemContext): StoredAnswer {
  const { status, title, retryable, hint } = problems[code];
  const body: Problem = {
    type: problemType(code),
    title,
    status,
    code,
    detail,
    retryable,
    hint,
    request_id: context.request_id,
    ...(context.instance === undefined ? {} : { instance: context.instance }),
    ...facts,
  };
  const headers = {
    'content-type': 'application/problem+json',
    ...(retryable ? { 'retry-after': String(facts.retry_after ?? 5) } : {}),
  };
  return json(status, body, { ...headers, ...context.headers });
}
