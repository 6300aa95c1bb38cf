import { Problem, type ProblemCode, problemCodes, problems } from '../../../contract/problems.ts';
import { type Answer, assertDocumented, requestValidator } from '../../e2e/support/openapi.ts';
import { type FuzzRequest, placeholder } from './request.ts';
import { operations } from './schemas.ts';

/** A request as it was sent, and what came back. */
export interface Exchange {
  request: FuzzRequest;
  /** The wire's path, below the base path. */
  path: string;
  body: Buffer | undefined;
  answer: Answer;
  /** What must not be read by this caller. */
  secrets: readonly string[];
}

type Rule = (exchange: Exchange) => string | undefined;

/** The path as the router takes it apart: empty segments do not count. */
const segmentsOf = (path: string): string[] => (path.split('?')[0] ?? '').split('/').filter((part) => part !== '');

function operationOf(method: string, path: string) {
  const given = segmentsOf(path);
  return operations.find((operation) => {
    const wanted = segmentsOf(operation.path);
    const fits =
      wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
    return fits && operation.method === method;
  });
}

const succeeded = ({ answer }: Exchange): boolean => answer.status < 400;

/** A query may take too long: it says so. */
const tookTooLong = ({ answer }: Exchange): boolean => answer.status === 504 && answer.text.includes('"QUERY_TIMEOUT"');

const noServerError: Rule = (exchange) =>
  exchange.answer.status >= 500 && !tookTooLong(exchange)
    ? 'a fault of the server, though none was injected'
    : undefined;

/** Preflights are the gateway's, and the document has no HEAD: it is GET without a body. */
const documented: Rule = ({ request, path, answer }) => {
  if (request.method === 'OPTIONS' && answer.status === 204) return undefined;
  if (request.method === 'HEAD') return answer.text === '' ? undefined : 'a body for HEAD';
  // Too large for the gateway, whatever the path.
  if (answer.status === 413 && !operationOf(request.method, path)?.body) return undefined;
  const search = path.includes('?') ? path.slice(path.indexOf('?')) : '';
  try {
    assertDocumented(request.method, `/${segmentsOf(path).join('/')}${search}`, answer);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const isKnown = (code: string): code is ProblemCode => (problemCodes as string[]).includes(code);

/** A refusal says what is wrong, in the words of contract/problems.ts, and nothing of how the service is made. */
const helpful: Rule = ({ request, answer }) => {
  if (answer.status < 400 || request.method === 'HEAD') return undefined;
  if (answer.headers.get('content-type') !== 'application/problem+json') return 'a refusal that is no problem+json';
  const problem = Problem.parse(JSON.parse(answer.text));
  if (!isKnown(problem.code)) return `the code ${problem.code} is not one of contract/problems.ts`;
  const kind = problems[problem.code];
  if (problem.status !== answer.status || kind.status !== answer.status) return `${problem.code} with another status`;
  if (problem.type !== `urn:spectra-bulk:error:${problem.code}` || problem.hint === '' || problem.request_id === '')
    return 'a problem that lacks its type, hint or request_id';
  const said = [problem.detail, ...(problem.errors ?? []).map(({ message }) => message)].join('\n');
  return /\bzod\b|\bat \S+\.[tj]s|TypeError|RangeError|ValidationException|node_modules/i.test(said)
    ? `it tells how the service is made: ${said}`
    : undefined;
};

const keepsSecrets: Rule = ({ answer, secrets }) => {
  const all = `${[...answer.headers].map((pair) => pair.join(': ')).join('\n')}\n${answer.text}`;
  const seen = secrets.find((secret) => all.includes(secret));
  return seen === undefined ? undefined : `another tenant's data: ${seen}`;
};

const noInjectedHeader: Rule = ({ answer }) => (answer.headers.has('x-injected') ? 'an injected header' : undefined);

const needsCredential: Rule = (exchange) => {
  const { request, path } = exchange;
  if (!succeeded(exchange) || request.method === 'OPTIONS') return undefined;
  const operation = operationOf(request.method === 'HEAD' ? 'GET' : request.method, path);
  if (operation?.isPublic) return undefined;
  if (request.caller === 'nobody' || request.caller === 'forged') return 'answered without a credential';
  const reads = ['GET', 'HEAD'].includes(request.method);
  return request.caller === 'reader' && !reads ? 'written with a key that only reads' : undefined;
};

const keepsToOwnJobs: Rule = (exchange) => {
  const { request } = exchange;
  const isTheirs = request.job.whose !== 'own' && segmentsOf(request.path).includes(placeholder);
  return isTheirs && succeeded(exchange) && request.method !== 'OPTIONS'
    ? "answered for somebody else's job"
    : undefined;
};

/** What does not fit the request's schema is refused, whatever made it. */
const refusesMisfits: Rule = (exchange) => {
  const { request, path, body } = exchange;
  const operation = operationOf(request.method, path);
  if (!operation?.body || !succeeded(exchange)) return undefined;
  let sent: unknown;
  try {
    sent = JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return 'took a body that is no JSON';
  }
  return requestValidator(operation.path, operation.method)(sent) ? undefined : 'took a body that its schema refuses';
};

/** Options that each fit, but not each other or the query: the document can't say so. */
const togetherOnly = [
  'idempotency-key',
  '/parameters',
  '/on_timeout',
  '/export',
  '/compression',
  '/column_delimiter',
  '/null_as',
  '/partition_by',
  '/max_file_size_mb',
  '/single_file',
  '/object',
  '/external_id_field',
  '/column_mappings',
  '/line_ending',
  'parts',
  'bytes',
  '/query',
];

const takesValid: Rule = ({ request, answer }) => {
  if (request.intent !== 'valid' || answer.status !== 400) return undefined;
  const { code, errors = [] } = Problem.parse(JSON.parse(answer.text));
  if (code === 'QUERY_REFUSED' || code === 'INVALID_CURSOR') return undefined;
  const excused =
    errors.length > 0 && errors.every(({ pointer }) => togetherOnly.some((each) => pointer.startsWith(each)));
  return code === 'INVALID_REQUEST' && excused ? undefined : 'refused what the document allows';
};

const rules: Rule[] = [
  noServerError,
  keepsSecrets,
  noInjectedHeader,
  documented,
  helpful,
  needsCredential,
  keepsToOwnJobs,
  refusesMisfits,
  takesValid,
];

/** @throws Error that says what is wrong with an answer, and shows it */
export function judge(exchange: Exchange): void {
  for (const rule of rules) {
    const wrong = rule(exchange);
    if (wrong === undefined) continue;
    const { request, path, answer } = exchange;
    throw new Error(
      `${request.method} ${path.slice(0, 300)} -> ${answer.status}: ${wrong}\n${answer.text.slice(0, 1500)}`,
    );
  }
}
