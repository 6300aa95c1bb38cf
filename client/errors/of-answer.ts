import type { FieldError } from '../contract.ts';
import { isObject } from '../http/is-object.ts';
import { secondsToWait } from '../retry/retry-after.ts';
import { SpectraError } from './spectra-error.ts';

/** Statuses that pass by themselves, where the answer does not say otherwise. */
const passing: readonly number[] = [408, 429, 500, 502, 503, 504];
const mostShown = 300;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const isFieldError = (value: unknown): value is FieldError =>
  isObject(value) && typeof value.pointer === 'string' && typeof value.message === 'string';

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const messageOfS3 = (xml: string): string | undefined => /<Message>([^<]*)<\/Message>/.exec(xml)?.[1];

/**
 * The error that an answer is: a problem of the service, or what something in between had to say.
 * @param catalogue address of the page that explains the codes of the service; undefined where the answer is not the service's
 */
export function errorOf(response: Response, body: string, now: number, catalogue?: string): SpectraError {
  const { status, headers } = response;
  const problem = parsed(body);
  const said = text(problem.detail) ?? text(problem.message) ?? messageOfS3(body) ?? body.slice(0, mostShown).trim();
  const code = text(problem.code);
  return new SpectraError({
    code: code ?? `HTTP_${status}`,
    message: said === '' ? `The answer was ${status}` : said,
    status,
    retryable: typeof problem.retryable === 'boolean' ? problem.retryable : passing.includes(status),
    hint: text(problem.hint),
    requestId: text(problem.request_id) ?? headers.get('x-request-id') ?? undefined,
    errors: Array.isArray(problem.errors) ? problem.errors.filter(isFieldError) : [],
    retryAfter: secondsToWait(headers.get('retry-after'), now) ?? number(problem.retry_after),
    reason: text(problem.reason),
    position: number(problem.position) ?? positionIn(problem.error),
    docs: catalogue === undefined || code === undefined ? undefined : `${catalogue}#answers-${code}`,
  });
}

/** Of QUERY_FAILED: what the warehouse said of the place. */
function positionIn(error: unknown): number | undefined {
  return isObject(error) && isObject(error.details) ? number(error.details.position) : undefined;
}
