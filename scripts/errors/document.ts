import { clientCodes } from '../../client/errors/client-codes.ts';
import { problemCodes, problems } from '../../contract/problems.ts';
import { redshiftErrorKinds } from '../../core/errors/redshift-error.ts';
import { isPassing } from '../../core/jobs/automatic-retry.ts';
import { resultLost, submissionLost, timedOut } from '../../core/jobs/failures.ts';
import { loadErrorKinds } from '../../core/load/errors.ts';
import { SQL_REFUSALS } from '../../core/sql/refusals.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map(row).join('\n');

const code = (text: string): string => `\`${text}\``;
const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const answers = problemCodes.map((name) => {
  const { status, title, retryable, hint } = problems[name];
  return [code(name), String(status), title, yesNo(retryable), hint];
});

const refusals = Object.entries(SQL_REFUSALS).map(([name, { title, hint }]) => [code(name), title, hint]);

const ofTheSdk = Object.entries(clientCodes).map(([name, { title, retryable, hint }]) => [
  code(name),
  title,
  yesNo(retryable),
  hint,
]);

const ofTheService = [timedOut, submissionLost, resultLost].map(({ message, ...kind }) => kind);
const queryRefused = { code: 'QUERY_REFUSED', category: 'validation', retryable: false } as const;
const kinds = [...redshiftErrorKinds(), queryRefused, ...ofTheService, ...loadErrorKinds()];

/** Every `error.code` that a job can fail with. */
export const errorCodes = (): string[] => [...new Set(kinds.map(({ code: name }) => name))];

const failures = kinds
  .map((kind) => [code(kind.code), kind.category, yesNo(kind.retryable), yesNo(isPassing(kind))])
  .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));

/** docs/errors.md, whole, from the tables that the code itself uses. */
export const errorsDocument = (): string => `# Errors

Written by \`npm run errors\` from the tables that the code uses; a test fails when it is out of date.

## Answers

Every refused request is answered with \`application/problem+json\` and one of these codes. Retryable: the same request can succeed later.

${table(['code', 'status', 'title', 'retryable', 'what to do'], answers)}

## Why a query is refused

The \`reason\` of \`QUERY_REFUSED\`.

${table(['reason', 'title', 'what to do'], refusals)}

## Why a job failed

The \`error.code\` of a \`Failed\` job; \`error.message\` has the warehouse's own words, \`error.details\` the SQLSTATE and the position.

${table(['code', 'category', 'retryable', 'tried again by itself'], failures)}

## Raised by the SDK

Codes of errors that [the SDK](sdk.md) raises by itself. An answer of something in between has \`HTTP_<status>\`.

${table(['code', 'title', 'retryable', 'what to do'], ofTheSdk)}
`;
