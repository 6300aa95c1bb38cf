import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../lambda/invoke-api.ts';
import { xmlDocument, type XmlValue } from '../xml.ts';

const headers = { 'content-type': 'text/xml' };

/** The answer of a service that takes forms and gives XML. */
export function queryAnswer(action: string, result: XmlValue, namespace: string): ApiAnswer {
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } };
  return { status: 200, headers, body: xmlDocument(`${action}Response`, content, namespace) };
}

/** How such a service refuses. */
export function queryFailure(code: string, message: string): ApiAnswer {
  const content = { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: randomUUID() };
  return { status: 400, headers, body: xmlDocument('ErrorResponse', content, '') };
}
