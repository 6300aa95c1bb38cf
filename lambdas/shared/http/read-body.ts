import type { APIGatewayProxyEvent } from 'aws-lambda';
import { fixedLimits } from '../../../contract/limits.ts';
import { invalidRequest, ProblemError } from '../../../core/problem-error.ts';

const { request_body_bytes: size, json_depth: depth, batch_bytes } = fixedLimits;

type Sent = Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>;

/** The body as JSON, unless it is too large or too deep to be looked at. */
export function readBody(event: Sent): unknown {
  const bytes = bytesOf(event, 'request_body_bytes', size.value);
  const text = bytes.toString('utf8');
  if (deeperThan(depth.value, text)) {
    const detail = `The body is nested deeper than ${depth.value} levels.`;
    throw new ProblemError('INVALID_JSON', detail, { limit: 'json_depth' });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new ProblemError('INVALID_JSON', bytes.length === 0 ? 'The body is empty.' : why, {}, { cause });
  }
}

/** The body byte by byte, of one of the media types: of any other API Gateway may have made text that it never was. */
export function readRawBody(event: Sent, mediaType: string | undefined, known: readonly string[]): Buffer {
  const bare = mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!known.includes(bare))
    throw invalidRequest([{ pointer: 'content-type', message: `Expected one of ${known.join(', ')}` }]);
  const bytes = bytesOf(event, 'batch_bytes', batch_bytes.value);
  if (bytes.length === 0) throw invalidRequest([{ pointer: 'body', message: 'is empty' }]);
  return bytes;
}

function bytesOf(event: Sent, limit: string, most: number): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length <= most) return bytes;
  const detail = `The body has ${bytes.length} bytes; at most ${most} are taken.`;
  throw new ProblemError('PAYLOAD_TOO_LARGE', detail, { limit });
}

/** Counts brackets outside of strings; what is no JSON is for the parser to say. */
function deeperThan(most: number, text: string): boolean {
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      level += 1;
      if (level > most) return true;
    } else if (character === '}' || character === ']') level -= 1;
  }
  return false;
}
