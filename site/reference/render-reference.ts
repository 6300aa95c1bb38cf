import { type Html, html, prose } from '../html.ts';
import type { Heading } from '../layout.ts';
import { call } from './call.ts';
import { type Call, callsOf, readDocument } from './document.ts';
import { described, schemaId } from './schema.ts';

/** Calls by what they are about; each belongs to the first that fits. */
const groups: readonly { id: string; text: string; has: (call: Call) => boolean }[] = [
  { id: 'service', text: 'The service', has: ({ security }) => security?.length === 0 },
  { id: 'queries', text: 'Queries', has: ({ path }) => path.startsWith('/queries') },
  { id: 'uploads', text: 'Files of a load', has: ({ path }) => /\/(upload|batches)/.test(path) },
  { id: 'results', text: 'Results', has: ({ path }) => /results|\/files\//.test(path) },
  { id: 'jobs', text: 'Jobs', has: () => true },
];

/** The reference of the API, whole, made of the document that `/openapi.json` answers with. */
export function renderReference(openApi: unknown): { body: Html; headings: Heading[] } {
  const document = readDocument(openApi);
  const byGroup = Map.groupBy(callsOf(document), (each) => groups.find(({ has }) => has(each)));
  const shown = groups.toReversed().map((group) => ({ ...group, calls: byGroup.get(group) ?? [] }));
  const schemas = Object.entries(document.components.schemas);
  const body = html`<h1>API reference</h1>
    <p>${prose(document.info.description)}</p>
    <p>
      Version ${document.info.version}. Every path lies below the address of the API, which ends with its stage, such as
      <code>/v1</code>. This page is made of <a href="../openapi.json">openapi.json</a>;
      <a href="api.html">Using the API</a> says how the calls work together.
    </p>
    <h2 id="credentials">Credentials</h2>
    <p>
      Send <code>Authorization: Bearer</code> with an API key or a JSON web token, or <code>X-API-Key</code> with an API
      key: <a href="authentication.html">Authentication</a>. Calls of “The service” need none.
    </p>
    ${shown.map(
      ({ id, text, calls }) =>
        html`<h2 id="${id}">${text}</h2>
          <ul class="index">
            ${calls.map(
              ({ operationId, summary, method, path }) =>
                html`<li>
                  <a href="#${operationId}">${summary}</a> <span class="address"><code>${method} ${path}</code></span>
                </li>`,
            )}
          </ul>
          ${calls.map((each) => call(each, document.components.schemas))}`,
    )}
    <h2 id="schemas">Schemas</h2>
    ${schemas.map(
      ([name, schema]) =>
        html`<section aria-labelledby="${schemaId(name)}">
          <h3 id="${schemaId(name)}"><a class="anchor" href="#${schemaId(name)}">${name}</a></h3>
          ${described(schema)}
        </section>`,
    )}`;
  const headings = [{ id: 'credentials', text: 'Credentials' }, ...shown, { id: 'schemas', text: 'Schemas' }];
  return { body, headings: headings.map(({ id, text }) => ({ id, text })) };
}
