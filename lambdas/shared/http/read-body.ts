import type { APIGatewayProxyEvent } from 'aws-lambda';
import { fixedLimits } from '../../../contract/limits.ts';
import { ProblemError } from '../../../core/problem-error.ts';

const { request_body_bytes: size, json_depth: depth } = fixedLimits;

/** The body as JSON, unless it is too large or too deep to be looked at. */
export function readBody(event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): unknown {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > size.value) {
    const detail = `The body has ${bytes.length} bytes; at most ${size.value} are taken.`;
    throw new ProblemError('PAYLOAD_TOO_LARGE', detail, { limit: 'request_body_bytes' });
  }
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
