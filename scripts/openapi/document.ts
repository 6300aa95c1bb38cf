import type * as z from 'zod';
import { type CreateDocumentOptions, createDocument } from 'zod-openapi';
import { requestExamples, responseExamples } from '../../contract/examples.ts';
import { Problem, type ProblemCode, problemType, problems } from '../../contract/problems.ts';
import { type Route, type RouteName, routes } from '../../contract/routes.ts';

type Paths = NonNullable<Parameters<typeof createDocument>[0]['paths']>;

const options: CreateDocumentOptions = { reused: 'inline' };

/** The OpenAPI 3.1 document, whole, from contract/. */
export function openApiDocument(version: string) {
  const paths: Paths = {};
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Spectra Bulk',
        version,
        description:
          'Bulk exports from Amazon Redshift, and loads into it: Open -> UploadComplete -> InProgress -> JobComplete | Failed | Aborted.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/v1' }],
      security: [{ bearer: [] }, { apiKey: [] }],
      paths,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, or a JSON web token of the configured issuer',
          },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
    },
    options,
  );
}

function operation(name: RouteName, route: Route) {
  const example = (requestExamples as Partial<Record<RouteName, unknown>>)[name];
  return {
    operationId: name,
    summary: route.summary,
    ...(route.permission === null ? { security: [] } : { description: `Needs the permission ${route.permission}.` }),
    requestParams: {
      ...(route.params ? { path: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(route.headers ? { header: route.headers } : {}),
    },
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: route.body, example } } } }
      : {}),
    ...(route.raw ? { requestBody: { required: true, content: rawContent(route.raw) } } : {}),
    responses: { ...successes(name, route), ...failures(route.problems) },
  };
}

/** OpenAPI 3.1 describes bytes by their media type alone. */
const rawContent = (mediaTypes: readonly string[]) => Object.fromEntries(mediaTypes.map((type) => [type, {}]));

function successes(name: RouteName, route: Route) {
  return Object.fromEntries(
    Object.entries(route.responses).map(
      ([status, response]: [string, { description: string; body: z.ZodType | null }]) => {
        const example = responseExamples[name]?.[Number(status)];
        const content = response.body
          ? { content: { 'application/json': { schema: response.body, ...(example ? { example } : {}) } } }
          : {};
        return [status, { description: response.description, ...content }];
      },
    ),
  );
}

/** One response per status; each code that has it is one of its examples. */
function failures(codes: ProblemCode[]) {
  const byStatus = Map.groupBy([...new Set(codes)], (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      String(status),
      {
        description: same.map((code) => problems[code].title).join(' | '),
        content: {
          'application/problem+json': {
            schema: Problem,
            examples: Object.fromEntries(same.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      },
    ]),
  );
}

function exampleOf(code: ProblemCode) {
  const { status, title, retryable, hint } = problems[code];
  return {
    type: problemType(code),
    title,
    status,
    code,
    detail: title,
    retryable,
    hint,
    request_id: '6f1c4a0e-1d3b-4b57-9c61-2f6f0c6f3a10',
  };
}
