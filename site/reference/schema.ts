import { type Html, html, prose } from '../html.ts';
import type { Schema } from './document.ts';
import { named, table } from './table.ts';

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
export const schemaId = (name: string): string => `schema-${name}`;
export const schemaLink = (name: string): Html => html`<a href="#${schemaId(name)}">${name}</a>`;
const json = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`;

const joined = (parts: readonly Html[], between: string): Html =>
  html`${parts.map((part, at) => (at === 0 ? part : html`${between}${part}`))}`;

/** What a value is, in a few words: `text or null`, `list of ResultFile`. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) return schemaLink(nameOf(schema.$ref));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(typeOf), ' or ');
  if (schema.const !== undefined) return json(schema.const);
  if (Array.isArray(schema.type)) return html`${schema.type.join(' or ')}`;
  if (schema.type === 'array') return html`list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.type === 'object') return mapOf(schema);
  return html`${schema.type ?? 'anything'}`;
}

function mapOf({ properties, additionalProperties }: Schema): Html {
  if (properties !== undefined || typeof additionalProperties !== 'object') return html`object`;
  return html`object of ${typeOf(additionalProperties)} by name`;
}

/** How many there may be; what no number of JavaScript is beyond is no bound. */
function range(least: number | undefined, most = Number.MAX_SAFE_INTEGER, what = ''): Html[] {
  const counted = (count: number): string => `${count}${what === '' ? '' : ` ${what}${count === 1 ? '' : 's'}`}`;
  const bounded = most < Number.MAX_SAFE_INTEGER;
  if (least === undefined) return bounded ? [html`at most ${counted(most)}`] : [];
  return [html`${bounded ? `${least} to ${counted(most)}` : `at least ${counted(least)}`}`];
}

/** What a value has to keep to. */
export function bounds(schema: Schema): Html[] {
  const within = schema.items ? bounds(schema.items).map((each) => html`each ${each}`) : [];
  return [
    ...(schema.enum ? [html`one of ${joined(schema.enum.map(json), ', ')}`] : []),
    ...(schema.format === undefined ? [] : [html`${schema.format}`]),
    ...range(schema.minLength, schema.maxLength, 'character'),
    ...range(schema.minimum, schema.maximum),
    ...range(schema.minItems, schema.maxItems, 'item'),
    ...(schema.pattern === undefined ? [] : [html`as <code>${schema.pattern}</code>`]),
    ...(schema.default === undefined ? [] : [html`default ${json(schema.default)}`]),
    ...(schema.anyOf ?? schema.oneOf ?? []).flatMap(bounds),
    ...(schema.propertyNames ? bounds(schema.propertyNames).map((each) => html`names: ${each}`) : []),
    ...(typeof schema.additionalProperties === 'object' ? bounds(schema.additionalProperties) : []),
    ...within,
  ];
}

/** Description and bounds of a value. */
export const about = (schema: Schema, description = schema.description): Html => {
  const kept = bounds(schema);
  const text = description === undefined ? html`` : html`<p>${prose(description)}</p>`;
  return kept.length === 0
    ? text
    : html`${text}
        <p class="bounds">${joined(kept, '; ')}</p>`;
};

interface Row {
  name: string;
  schema: Schema;
  required: boolean;
}

/** The fields of an object, those of objects within it too: `export.location`, `phases[].name`. */
function rowsOf(schema: Schema, prefix = ''): Row[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const row = { name: `${prefix}${name}`, schema: field, required: schema.required?.includes(name) === true };
    return [row, ...rowsWithin(field, row.name)];
  });
  return own;
}

const rowsWithin = (schema: Schema, name: string): Row[] => [
  ...rowsOf(schema, `${name}.`),
  ...(schema.items ? rowsWithin(schema.items, `${name}[]`) : []),
  ...(schema.anyOf ?? schema.oneOf ?? []).flatMap((each) => rowsWithin(each, name)),
];

/** A table of fields, or nothing where there are none. */
export function fields(schema: Schema): Html | undefined {
  const rows = rowsOf(schema);
  if (rows.length === 0) return undefined;
  return table(
    ['Field', 'Type', 'What it is'],
    rows.map(({ name, schema: field, required }) => [named(name, required), typeOf(field), about(field)]),
  );
}

/** A value as a whole: its fields, or what it is. */
export const described = (schema: Schema): Html => {
  const listed = fields(schema);
  return listed === undefined
    ? html`<p>${typeOf(schema)}</p>
        ${about(schema)}`
    : html`${about(schema)}${listed}`;
};

/** As above, with what it refers to in its place: what is sent is read where it is sent. */
export function spelledOut(schema: Schema, schemas: Readonly<Record<string, Schema>>): Html {
  const target = schema.$ref === undefined ? undefined : schemas[nameOf(schema.$ref)];
  if (target === undefined) return described(schema);
  if (target.oneOf === undefined)
    return html`<p>${typeOf(schema)}</p>
      ${described(target)}`;
  return html`<p>${typeOf(schema)}: ${typeOf(target)}</p>
    ${target.oneOf.map((each) => spelledOut(each, schemas))}`;
}
