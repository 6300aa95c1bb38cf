import { readFileSync } from 'node:fs';
import { callsOf, readDocument, Schema } from '../../../site/reference/document.ts';
import { renderReference } from '../../../site/reference/render-reference.ts';
import { described, spelledOut, typeOf } from '../../../site/reference/schema.ts';

const openApi: unknown = JSON.parse(readFileSync('contract/openapi.json', 'utf8'));
const document = readDocument(openApi);
const { markup } = renderReference(openApi).body;
const text = (schema: Schema) => typeOf(schema).markup.replaceAll(/<[^>]*>/g, '');

it.each(callsOf(document).map((call) => [call.operationId, call] as const))('%s has its place', (id, call) => {
  const sections = markup.split('<section class="call"').filter((section) => section.includes(`<h3 id="${id}">`));
  expect(sections).toHaveLength(1);
  const [section = ''] = sections;
  expect(section).toContain(`<code>${call.path}</code>`);
  for (const { name } of call.parameters) expect(section).toContain(`<code>${name}</code>`);
  for (const status of Object.keys(call.responses)) expect(section).toContain(`<code>${status}</code>`);
});

it.each(Object.entries(document.components.schemas))('schema %s is shown with all its fields', (name, schema) => {
  const [, section = ''] = markup.split(`<h3 id="schema-${name}">`);
  const own = section.split('</section>')[0] ?? '';
  for (const field of Object.keys(schema.properties ?? {})) expect(own).toContain(`<code>${field}</code>`);
  for (const value of schema.enum ?? []) expect(own).toContain(`&quot;${String(value)}&quot;`);
});

it('leads to no place that the page does not have', () => {
  const ids = new Set([...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...markup.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.filter((link) => !ids.has(link))).toEqual([]);
  expect(ids.size).toBe([...markup.matchAll(/ id="/g)].length);
});

it('refuses a keyword that it would not show', () => {
  expect(Schema.safeParse({ type: 'string', contentEncoding: 'base64' }).success).toBe(false);
});

it.each([
  [{ anyOf: [{ $ref: '#/components/schemas/Job' }, { type: 'null' }] }, 'Job or null'],
  [{ type: 'array', items: { type: 'string' } }, 'list of string'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'object of string by name'],
  [{ const: 'query' }, '&quot;query&quot;'],
  [{}, 'anything'],
])('%j is %s', (schema, expected) => {
  expect(text(schema)).toBe(expected);
});

it('shows fields within fields, and what a value has to keep to', () => {
  const shown = described({
    type: 'object',
    required: ['n'],
    properties: {
      n: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 5 },
      list: {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', properties: { name: { type: 'string', maxLength: 9 } } },
      },
    },
  }).markup;
  expect(shown).toContain('<code>n</code> <span class="required">required</span>');
  expect(shown).toContain('at least 1; default <code>5</code>');
  expect(shown).toContain('at most 3 items');
  expect(shown).toContain('<code>list[].name</code>');
  expect(shown).toContain('at most 9 characters');
});

it('spells out what is sent where it is sent, each kind of it', () => {
  const { CreateJob } = document.components.schemas;
  const shown = spelledOut({ $ref: '#/components/schemas/CreateJob' }, document.components.schemas).markup;
  expect(CreateJob?.oneOf).toHaveLength(2);
  expect(shown).toContain('<code>max_errors</code>');
  expect(shown).toContain('<code>single_file</code>');
});

it('writes nothing of the document as markup', () => {
  const paths = { '/x': { get: { operationId: 'x', summary: '<script>alert(1)</script>', responses: {} } } };
  const shown = renderReference({
    info: { title: 't', version: '1', description: '<b>' },
    paths,
    components: { schemas: {} },
  });
  expect(shown.body.markup).not.toMatch(/<script|<b>/);
});
