import type { JobError } from '../../contract/jobs.ts';
import type { AcceptedQuery } from '../sql/guard.ts';
import { WRAP_BEFORE } from '../sql/wrap.ts';

type Rule = {
  readonly pattern: RegExp;
  readonly code: string;
  readonly category: JobError['category'];
  readonly retryable: boolean;
  /** Seconds. */
  readonly retry_after?: number;
  readonly sql_state?: string;
  /** Instead of Redshift's words, where these speak of the deployment (roles, buckets) and not of the query. */
  readonly message?: string;
};

const validation = { category: 'validation', retryable: false } as const;
const permission = { category: 'permission', retryable: false } as const;
const resource = { category: 'resource', retryable: false } as const;
const transient = { category: 'transient', retryable: true, retry_after: 30 } as const;
const capacity = { category: 'capacity', retryable: true, retry_after: 300 } as const;

/** First match wins: what is about storage and the cluster comes before what is about names, which such texts quote. */
const RULES: readonly Rule[] = [
  {
    pattern: /not authorized to perform:? sts:AssumeRole/i,
    code: 'AUTHENTICATION_FAILED',
    ...permission,
    sql_state: '28000',
    message: 'The service could not log in to the warehouse as this tenant. Its operator must mend the role.',
  },
  {
    pattern:
      /S3ServiceException[^]*?(?:Access ?Denied|Status 403|not authorized)|(?:not authorized to (?:assume|perform)|assume role|IAM role)[^]*?(?:role|denied|s3:|valid)/i,
    code: 'S3_ACCESS_DENIED',
    ...permission,
    message: 'Redshift may not write to the bucket of the results. The operator of this service must mend its role.',
  },
  {
    pattern: /S3ServiceException[^]*?(?:NoSuchBucket|Status 404)|specified bucket does not exist/i,
    code: 'S3_BUCKET_NOT_FOUND',
    ...resource,
    message: 'The bucket of the results does not exist. The operator of this service must mend its settings.',
  },
  {
    pattern: /S3ServiceException|S3CurlException|SlowDown|problem reading.*s3|upload .*s3/i,
    code: 'S3_UNAVAILABLE',
    ...transient,
    message: 'Writing the result to S3 failed.',
  },
  { pattern: /disk full/i, code: 'DISK_FULL', ...capacity, sql_state: '53100' },
  {
    pattern: /out of memory|insufficient memory|memory limit/i,
    code: 'OUT_OF_MEMORY',
    ...capacity,
    sql_state: '53200',
  },
  {
    pattern:
      /too many connections|connection limit|remaining connection slots|ActiveStatementsExceeded|throttl|rate exceeded/i,
    code: 'WAREHOUSE_BUSY',
    ...capacity,
    retry_after: 60,
    sql_state: '53300',
  },
  {
    pattern:
      /statement timeout|query (?:execution )?time ?limit|QueryTimeout|wlm.*timeout|timed? ?out.*wlm|exceeded .*(?:24|hours)/i,
    code: 'QUERY_TIMEOUT',
    ...capacity,
    sql_state: '57014',
  },
  {
    pattern: /query monitoring rule|aborted by.*rule|cancelled by (?:wlm|qmr)|usage limit/i,
    code: 'QUERY_LIMIT_EXCEEDED',
    ...capacity,
  },
  {
    pattern: /cancell?ed on user'?s request|cancel(?:l?ed|ling) (?:by|on|statement)/i,
    code: 'QUERY_CANCELLED',
    ...transient,
    sql_state: '57014',
  },
  {
    pattern: /serializable isolation|could not serialize|(?:ERROR|code):?\s*1023\b|deadlock|conflict with concurrent/i,
    code: 'SERIALIZATION_FAILURE',
    ...transient,
    sql_state: '40001',
  },
  {
    pattern:
      /connection (?:refused|reset|timed out|closed|lost|attempt failed|to .*failed)|could not connect|server closed the connection|unable to connect|cluster is (?:being|not available|paused|resizing)|shutting down|admin(?:istrator)? command|starting up|communications? error|socket (?:is|was|error|closed|timeout)/i,
    code: 'CONNECTION_ERROR',
    ...transient,
    sql_state: '08006',
  },
  {
    pattern:
      /password authentication failed|no pg_hba|user "?[^"]*"? does not exist|secret .*(?:not|denied)|GetClusterCredentials|not authorized/i,
    code: 'AUTHENTICATION_FAILED',
    ...permission,
    sql_state: '28000',
    message: 'The service could not log in to the warehouse. Its operator must mend the credential.',
  },
  {
    pattern: /permission denied|must be (?:owner|superuser)|insufficient privilege/i,
    code: 'PERMISSION_DENIED',
    ...permission,
    sql_state: '42501',
  },
  { pattern: /row[- ]level security|RLS-protected/i, code: 'PERMISSION_DENIED', ...permission, sql_state: '42501' },
  {
    pattern: /\bcolumn\b[^]*?does not exist|column reference .* is ambiguous/i,
    code: 'QUERY_ERROR',
    ...validation,
    sql_state: '42703',
  },
  {
    pattern: /function [^]*?does not exist|operator does not exist/i,
    code: 'QUERY_ERROR',
    ...validation,
    sql_state: '42883',
  },
  { pattern: /type "?[^"]*"? does not exist/i, code: 'QUERY_ERROR', ...validation, sql_state: '42704' },
  { pattern: /schema "?[^"]*"? does not exist/i, code: 'RELATION_NOT_FOUND', ...resource, sql_state: '3F000' },
  { pattern: /database "?[^"]*"? does not exist/i, code: 'DATABASE_NOT_FOUND', ...resource, sql_state: '3D000' },
  {
    pattern:
      /(?:relation|table|view|object)\b[^]*?(?:does not exist|not found|was dropped|dropped by concurrent)|EntityNotFound/i,
    code: 'RELATION_NOT_FOUND',
    ...resource,
    sql_state: '42P01',
  },
  { pattern: /syntax error|unterminated/i, code: 'QUERY_ERROR', ...validation, sql_state: '42601' },
  {
    pattern: /must appear in the group by|aggregate[^]*?not allowed|is not allowed in (?:where|having)/i,
    code: 'QUERY_ERROR',
    ...validation,
    sql_state: '42803',
  },
  { pattern: /divi(?:de|sion) by zero/i, code: 'QUERY_ERROR', ...validation, sql_state: '22012' },
  {
    pattern:
      /invalid (?:input syntax|digit|value|operation)|overflow|out of range|value too long|cannot cast|could not convert/i,
    code: 'QUERY_ERROR',
    ...validation,
    sql_state: '22000',
  },
  {
    pattern: /not (?:yet )?supported|not implemented|unsupported/i,
    code: 'QUERY_ERROR',
    ...validation,
    sql_state: '0A000',
  },
  {
    pattern: /internal error|\bassert\b|XX000/i,
    code: 'WAREHOUSE_ERROR',
    ...transient,
    retry_after: 60,
    sql_state: 'XX000',
  },
];

const UNKNOWN: Omit<Rule, 'pattern'> = { code: 'WAREHOUSE_ERROR', ...transient, retry_after: 60 };

/** By the class of the SQLSTATE (its first two characters), for texts that no rule knows. */
const CLASSES: Readonly<Record<string, Omit<Rule, 'pattern'>>> = {
  '08': { code: 'CONNECTION_ERROR', ...transient },
  '0A': { code: 'QUERY_ERROR', ...validation },
  '22': { code: 'QUERY_ERROR', ...validation },
  '25': { code: 'QUERY_ERROR', ...validation },
  '28': { code: 'AUTHENTICATION_FAILED', ...permission },
  '3D': { code: 'DATABASE_NOT_FOUND', ...resource },
  '3F': { code: 'RELATION_NOT_FOUND', ...resource },
  '40': { code: 'SERIALIZATION_FAILURE', ...transient },
  '42': { code: 'QUERY_ERROR', ...validation },
  '53': { code: 'WAREHOUSE_BUSY', ...capacity },
  '54': { code: 'QUERY_ERROR', ...validation },
  '57': { code: 'QUERY_CANCELLED', ...transient },
};
const EXACT: Readonly<Record<string, Omit<Rule, 'pattern'>>> = {
  '42501': { code: 'PERMISSION_DENIED', ...permission },
  '42P01': { code: 'RELATION_NOT_FOUND', ...resource },
};

const MAX_MESSAGE = 1_000;
const MAX_TEXT = 8_000;
const SQL_STATE = /\[(?:SQLSTATE[ :=]*)?([0-9A-Z]{5})\]|\bSQL ?STATE[ :=]+([0-9A-Z]{5})\b/i;
const POSITION = /\bPosition:?\s*(\d{1,6})\b/i;

/**
 * Why a statement failed, from the text of DescribeStatement's `Error` (or what ExecuteStatement refused with). Known words
 * decide; else the SQLSTATE, where one is given; else it is taken for a fault of the warehouse, worth another try.
 * `details.position` is a character of the query inside UNLOAD, from 1; see `userPosition`.
 */
export function mapRedshiftError(text: string): JobError {
  const state = sqlState(text);
  // Names are the user's words: a column called "disk full" fills no disk.
  const words = text.slice(0, MAX_TEXT).replace(/"[^"]*"/g, '""');
  const rule: Omit<Rule, 'pattern'> =
    RULES.find((candidate) => candidate.pattern.test(words)) ?? byState(state ?? '') ?? UNKNOWN;
  const sql_state = state ?? rule.sql_state;
  const position = Number(POSITION.exec(text)?.[1] ?? 0);
  return {
    code: rule.code,
    category: rule.category,
    message: rule.message ?? cleaned(text),
    retryable: rule.retryable,
    ...(rule.retry_after === undefined ? {} : { retry_after: rule.retry_after }),
    details: { ...(sql_state === undefined ? {} : { sql_state }), ...(position > 0 ? { position } : {}) },
  };
}

/**
 * The character of the query as it was sent (from 1) for a position in the text that was unloaded: undefined when it lies in our
 * wrapping.
 */
export function userPosition(
  position: number,
  query: string,
  unloaded: Pick<AcceptedQuery, 'sql' | 'wrapped' | 'shifts'>,
): number | undefined {
  const before = unloaded.wrapped ? WRAP_BEFORE.length : 0;
  if (position <= before) return undefined;
  const own = Array.from(unloaded.sql.slice(before));
  const offset = own.slice(0, position - before - 1).join('').length;
  const by = unloaded.shifts.findLast(({ from }) => from <= offset)?.by ?? 0;
  return Array.from(query.slice(0, offset - by)).length + 1;
}

/** An error with its position in the query as it was sent, or with none where that can't be told. */
export function inUsersWords(
  error: JobError,
  query: string,
  run: Pick<AcceptedQuery, 'sql' | 'wrapped' | 'shifts'> | undefined,
): JobError {
  const { position, ...details } = error.details;
  const sent = position === undefined || !run ? undefined : userPosition(position, query, run);
  return { ...error, details: sent === undefined ? details : { ...details, position: sent } };
}

function sqlState(text: string): string | undefined {
  const found = SQL_STATE.exec(text);
  const state = found?.[1] ?? found?.[2];
  return state?.toUpperCase();
}

function byState(state: string): Omit<Rule, 'pattern'> | undefined {
  return EXACT[state] ?? CLASSES[state.slice(0, 2)];
}

/** Redshift's sentence without what it carries along: the prefix, the position, the state, the box of internals. */
function cleaned(text: string): string {
  const message = text
    .slice(0, MAX_TEXT)
    .replace(/-{10,}[^]*$/, '')
    .replace(/^\s*(?:\[Amazon\]\(\d+\)\s*)?(?:Invalid operation:\s*)?ERROR:\s*/i, '')
    .replace(SQL_STATE, '')
    .replace(POSITION, '')
    .replace(/\bQuery ID:?\s*\d+/i, '')
    .replace(/\barn:aws[\w-]*:\S+/g, '<arn>')
    .replace(/\s*\bDetail:\s*$/i, '')
    .replace(/\s+/g, ' ')
    .trim();
  return message === '' ? 'The warehouse gave no reason.' : message.slice(0, MAX_MESSAGE);
}

/** Every code that a job can fail with for what the warehouse says, each once. */
export const redshiftErrorKinds = (): Pick<JobError, 'code' | 'category' | 'retryable'>[] => {
  const kinds = [...RULES, UNKNOWN].map(({ code, category, retryable }) => ({ code, category, retryable }));
  return [...new Map(kinds.map((kind) => [kind.code, kind])).values()];
};
