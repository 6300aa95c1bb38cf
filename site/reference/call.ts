import { type Html, html, prose } from '../html.ts';
import type { Call, Parameter, Response, Schema } from './document.ts';
import { about, spelledOut, typeOf } from './schema.ts';
import { named, table } from './table.ts';

type Schemas = Readonly<Record<string, Schema>>;

const isProblem = (type: string): boolean => type === 'application/problem+json';
const code = (value: unknown): Html =>
  html`<pre tabindex="0"><code>${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}
</code></pre>`;

const example = (value: unknown): Html =>
  value === undefined
    ? html``
    : html`<details>
        <summary>Example</summary>
        ${code(value)}
      </details>`;

const parameters = (all: readonly Parameter[]): Html | undefined =>
  all.length === 0
    ? undefined
    : html`<h4>Parameters</h4>
        ${table(
          ['Name', 'In', 'Type', 'What it is'],
          all.map(({ name, in: place, required, description, schema }) => [
            named(name, required),
            html`${place}`,
            typeOf(schema),
            about(schema, description),
          ]),
        )}`;

function body({ requestBody }: Call, schemas: Schemas): Html | undefined {
  if (requestBody === undefined) return undefined;
  const media = Object.entries(requestBody.content);
  return html`<h4>Body</h4>
    <p>${media.map(([type], at) => html`${at === 0 ? '' : ', '}<code>${type}</code>`)}</p>
    ${media.map(([, { schema, example: value }]) =>
      schema === undefined ? undefined : html`${spelledOut(schema, schemas)}${example(value)}`,
    )}`;
}

const problemsOf = ({ content }: Response): string[] =>
  Object.entries(content).flatMap(([type, { examples = {} }]) => (isProblem(type) ? Object.keys(examples) : []));

const problemLink = (code: string, at: number): Html =>
  html`${at === 0 ? '' : ', '}<a href="errors.html#answers-${code}"><code>${code}</code></a>`;

function answer([status, response]: [string, Response]): Html[] {
  const codes = problemsOf(response);
  const contents = Object.entries(response.content).filter(([type]) => !isProblem(type));
  const said = codes.length === 0 ? prose(response.description) : codes.map(problemLink);
  const values = contents.map(
    ([, { schema, example: value }]) =>
      html`${schema === undefined ? undefined : html`<p>${typeOf(schema)}</p>`}${example(value)}`,
  );
  return [html`<code>${status}</code>`, html`${said}${values}`];
}

/** One operation, whole; its place in the page is its `operationId`. */
export const call = (operation: Call, schemas: Schemas): Html =>
  html`<section class="call" aria-labelledby="${operation.operationId}">
    <h3 id="${operation.operationId}"><a class="anchor" href="#${operation.operationId}">${operation.summary}</a></h3>
    <p class="address">
      <span class="method" data-method="${operation.method}">${operation.method}</span> <code>${operation.path}</code>
    </p>
    <p>${prose(operation.description ?? 'Needs no credential.')}</p>
    ${parameters(operation.parameters)} ${body(operation, schemas)}
    <h4>Answers</h4>
    ${table(['Status', 'What it says'], Object.entries(operation.responses).map(answer))}
  </section>`;
