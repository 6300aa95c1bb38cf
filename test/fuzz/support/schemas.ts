import fc from 'fast-check';
import { document } from '../../e2e/support/openapi.ts';

/** As much of JSON Schema as the contract's requests are made of. */
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  schema: Schema;
}

/** One call of the API, as contract/openapi.json describes it. */
export interface Operation {
  operationId: string;
  method: string;
  path: string;
  isPublic: boolean;
  parameters: Parameter[];
  body: Schema | undefined;
  /** Media types of a body that is taken byte by byte. */
  raw: string[];
}

interface Described {
  operationId: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

const { paths, components } = document as unknown as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
};

export const operations: Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({
    operationId: described.operationId,
    method: method.toUpperCase(),
    path,
    isPublic: described.security?.length === 0,
    parameters: described.parameters ?? [],
    body: described.requestBody?.content['application/json']?.schema,
    raw: Object.entries(described.requestBody?.content ?? {}).flatMap(([type, { schema }]) => (schema ? [] : [type])),
  })),
);

export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolved(components.schemas[name] ?? {});
}

/** Values that a schema allows. @throws Error on a schema that it does not know: extend it then */
export function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  const plain = resolved(schema);
  if (plain.const !== undefined) return fc.constant(plain.const);
  if (plain.enum) return fc.constantFrom(...plain.enum);
  const either = plain.oneOf ?? plain.anyOf;
  if (either) return fc.oneof(...either.map(allowedBy));
  switch (plain.type) {
    case 'string':
      return textOf(plain);
    case 'integer':
      return fc.integer({ min: plain.minimum ?? -(2 ** 31), max: plain.maximum ?? 2 ** 31 - 1 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(allowedBy(plain.items ?? {}), {
        minLength: plain.minItems ?? 0,
        maxLength: plain.maxItems ?? 10,
      });
    case 'object':
      return objectOf(plain);
    default:
      throw new Error(`The fuzzer does not know how to make ${JSON.stringify(schema)}`);
  }
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'date-time') return instants;
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  const minLength = schema.minLength ?? 0;
  const most = schema.maxLength ?? 200;
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength, maxLength: most, size: 'medium' }) },
    // The contract counts in UTF-16 units, of which these may have two.
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength, maxLength: Math.max(minLength, most >> 1) }) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(most)) },
  );
}

/** Any time of the years 0 to 9999, with and without an offset. */
const instants = fc
  .tuple(
    fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fc.constantFrom('Z', '+00:00', '-23:59', '+23:59', '+05:30'),
  )
  .map(([date, offset]) => date.toISOString().replace('Z', offset));

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, allowedBy(schema)]));
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}
