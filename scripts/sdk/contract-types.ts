import * as z from 'zod';

const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
  get anyOf() {
    return z.array(Schema).optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), Schema]).optional();
  },
});
type Schema = z.infer<typeof Schema>;

const Document = z.object({ components: z.object({ schemas: z.record(z.string(), Schema) }) });

const PREFIX = '#/components/schemas/';
/** The name `Job` is that of the class. */
const nameOf = (schema: string): string => (schema === 'Job' ? 'JobRecord' : schema);
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

const comment = (text: string | undefined, indent: string): string =>
  text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /')} */\n`;

function ofType(type: string, schema: Schema, indent: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const item = schema.items ? typeOf(schema.items, indent) : 'unknown';
      return item.includes(' ') ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return objectType(schema, indent);
    default:
      throw new Error(`No type for ${type}`);
  }
}

function objectType(schema: Schema, indent: string): string {
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
    return `Record<string, ${value === '' ? 'unknown' : value}>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, property]) => {
    const key = PLAIN.test(name) ? name : JSON.stringify(name);
    const optional = required.includes(name) ? '' : '?';
    const type = typeOf(property, inner);
    return `${comment(property.description, inner)}${inner}${key}${optional}: ${type}${optional && ' | undefined'};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref.slice(PREFIX.length));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return [...new Set(either.map((one) => typeOf(one, indent)))].join(' | ');
  const types = schema.type === undefined ? [] : [schema.type].flat();
  return types.length === 0 ? 'unknown' : types.map((type) => ofType(type, schema, indent)).join(' | ');
}

/** The types of the API's bodies as plain TypeScript, from its OpenAPI document: nobody who uses them needs zod. */
export function contractTypes(openapi: unknown): string {
  const { schemas } = Document.parse(openapi).components;
  const types = Object.entries(schemas).map(
    ([name, schema]) => `${comment(schema.description, '')}export type ${nameOf(name)} = ${typeOf(schema, '')};\n`,
  );
  return `/* eslint-disable max-lines -- written by \`npm run openapi\` from contract/ */\n\n${types.join('\n')}`;
}
