import { JobAbortedError, JobFailedError, SpectraError } from '../../client/node.ts';
import { UsageError } from '../fault.ts';
import type { Paint } from './paint.ts';
import { placeIn } from './place.ts';
import { printable } from './printable.ts';

const hints: Readonly<Record<string, string>> = {
  'Run it again with retry().': 'Run it again: spectra jobs retry ID',
  'Try again, or raise `timeout`.': 'Try again.',
};

/** An error as lines: the message, then what is known of it. */
export function errorLines(error: unknown, paint: Paint, query?: string): string[] {
  const label = (name: string): string => paint('dim', `  ${name.padEnd(10)}`);
  if (error instanceof UsageError)
    return [`${paint('red', 'Error:')} ${printable(error.message)}`, ...(error.hint === '' ? [] : [`  ${error.hint}`])];
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`${paint('red', 'Error:')} ${message.split('\n').map(printable).join('\n  ')}`];
  if (!(error instanceof SpectraError)) return [...lines, ...causeOf(error).map((text) => `${label('cause')}${text}`)];
  if (error.position !== undefined && query !== undefined)
    lines.push(...placeIn(query, error.position).map((line) => `  ${line}`));
  lines.push(
    `${label('code')}${printable(error.code)}${error.reason === undefined ? '' : ` (${printable(error.reason)})`}`,
  );
  if (error.hint !== '') lines.push(`${label('hint')}${printable(hintOf(error))}`);
  for (const { pointer, message: what } of error.errors)
    lines.push(`${label('at')}${printable(pointer)}: ${printable(what)}`);
  if (error.retryAfter !== undefined) lines.push(`${label('try again')}in ${error.retryAfter} s`);
  lines.push(...causeOf(error).map((text) => `${label('cause')}${text}`));
  lines.push(`${label('docs')}${error.docs}`);
  if (error.requestId !== undefined) lines.push(`${label('request')}${printable(error.requestId)}`);
  return lines;
}

function hintOf(error: SpectraError): string {
  const hint = hints[error.hint] ?? error.hint;
  const ofJob = error instanceof JobFailedError || error instanceof JobAbortedError;
  return ofJob ? hint.replace(' ID', ` ${error.job.job_id}`) : hint;
}

/** What lies below, as far down as it says anything. */
function causeOf(error: unknown): string[] {
  let cause = error instanceof Error ? error.cause : undefined;
  let deepest: Error | undefined;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    if (cause.message !== '') deepest = cause;
    cause = cause.cause;
  }
  return deepest ? [printable(deepest.message)] : [];
}

/** The same for programs. */
export function errorRecord(error: unknown): object {
  if (error instanceof SpectraError) {
    const { code, message, status, retryable, hint, docs, errors, requestId, retryAfter, reason, position } = error;
    return {
      code,
      message,
      status,
      retryable,
      hint,
      docs,
      errors,
      request_id: requestId,
      retry_after: retryAfter,
      reason,
      position,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof UsageError ? { code: 'USAGE', message, hint: error.hint } : { code: 'ERROR', message };
}
