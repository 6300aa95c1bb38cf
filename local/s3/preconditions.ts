import { s3Error, type S3Error } from './s3-error.ts';
import { amzField, headerText, type Target } from './s3-request.ts';
import type { ObjectRecord } from './store/records.ts';

type Verdict = 'proceed' | 'not-modified';

/**
 * The conditions of a read, in the precedence of RFC 9110.
 * @throws S3Error PreconditionFailed
 */
export function checkReadConditions(request: Target, object: ObjectRecord): Verdict {
  const ifMatch = headerText(request, 'if-match');
  const ifNoneMatch = headerText(request, 'if-none-match');
  const unmodifiedSince = parseDate(headerText(request, 'if-unmodified-since'));
  const modifiedSince = parseDate(headerText(request, 'if-modified-since'));
  const modified = wholeSeconds(new Date(object.last_modified));

  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag) ? 'not-modified' : 'proceed';
  return modifiedSince !== undefined && modified <= modifiedSince ? 'not-modified' : 'proceed';
}

/**
 * The conditions of a write, to be judged on the object it would replace.
 * @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented
 */
export function writeCondition(request: Target): (current: ObjectRecord | undefined) => void {
  const ifMatch = headerText(request, 'if-match');
  const ifNoneMatch = headerText(request, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw s3Error('NotImplemented', {}, 'If-None-Match of a write can only be *');
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw failed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!current) throw s3Error('NoSuchKey', { Key: request.key ?? '' });
    if (!matches(ifMatch, current.etag)) throw failed('If-Match');
  };
}

/** @throws S3Error PreconditionFailed */
export function checkCopySource(request: Target, source: ObjectRecord): void {
  const ifMatch = amzField(request, 'x-amz-copy-source-if-match');
  const ifNoneMatch = amzField(request, 'x-amz-copy-source-if-none-match');
  if (ifMatch !== undefined && !matches(ifMatch, source.etag)) throw failed('x-amz-copy-source-If-Match');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, source.etag)) throw failed('x-amz-copy-source-If-None-Match');
}

const failed = (condition: string): S3Error => s3Error('PreconditionFailed', { Condition: condition });

function matches(header: string, etag: string): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''));
  return tags.includes('*') || tags.includes(etag);
}

function parseDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

const wholeSeconds = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000;
