import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** An answer as it came over the wire. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** The document as it is in the repository. */
export const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../contract/openapi.json'), 'utf8'),
) as Document;
const { paths } = document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi');

const validators = new Map<string, ValidateFunction>();

function validator(...path: string[]): ValidateFunction {
  const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  validators.set(pointer, known);
  return known;
}

/** Judges bodies that are sent to a call, by the schema that the document has for them. `path` is the template. */
export const requestValidator = (path: string, method: string): ValidateFunction =>
  validator('paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema');

function matches(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
}

/**
 * Judges an answer by contract/openapi.json with a validator of its own. `path` is below the base path.
 * @throws Error when the document does not have such an answer, or its body is another one
 */
export function assertDocumented(method: string, path: string, answer: Answer): void {
  const bare = path.split('?')[0] ?? '';
  const what = `${method} ${path} -> ${answer.status}`;
  const template = Object.keys(paths).find((candidate) => matches(candidate, bare));
  const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined) {
    if (![401, 403, 404, 405].includes(answer.status)) throw new Error(`${what}: the document has no such call`);
    assertBody(what, answer, 'application/problem+json', validator('components', 'schemas', 'Problem'));
    return;
  }
  const response = operation.responses[String(answer.status)];
  if (response === undefined) throw new Error(`${what} is not documented: ${answer.text.slice(0, 500)}`);
  const [type] = Object.keys(response.content ?? {});
  if (type === undefined) {
    if (answer.text !== '') throw new Error(`${what} must have no body: ${answer.text.slice(0, 500)}`);
    return;
  }
  const at = ['paths', template, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'];
  assertBody(what, answer, type, validator(...at));
}

function assertBody(what: string, answer: Answer, type: string, validate: ValidateFunction): void {
  const sent = answer.headers.get('content-type')?.split(';')[0];
  if (sent !== type) throw new Error(`${what} has Content-Type ${sent}, not ${type}: ${answer.text.slice(0, 500)}`);
  if (validate(JSON.parse(answer.text))) return;
  throw new Error(`${what} does not fit its schema: ${ajv.errorsText(validate.errors)}\n${answer.text.slice(0, 2000)}`);
}
