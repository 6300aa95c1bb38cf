import { readFileSync } from 'node:fs';
import { validate } from '@readme/openapi-parser';
import { requestExamples, responseExamples } from '../../contract/examples.ts';
import { problemCodes } from '../../contract/problems.ts';
import { type Route, type RouteName, routes } from '../../contract/routes.ts';
import { openApiDocument } from '../../scripts/openapi/document.ts';

const written = (): unknown => JSON.parse(readFileSync('contract/openapi.json', 'utf8'));
const table = Object.entries(routes) as [RouteName, Route][];

it('the document that is served is the one that the contract generates (npm run openapi writes it)', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(written()).toEqual(JSON.parse(JSON.stringify(openApiDocument(version))));
});

it('the document is OpenAPI 3.1 in the judgement of an independent validator', async () => {
  const result = await validate(structuredClone(written()) as Parameters<typeof validate>[0]);
  expect(result).toMatchObject({ valid: true });
});

it('every example is what its schema describes', () => {
  for (const [name, route] of table) {
    for (const [status, example] of Object.entries(responseExamples[name] ?? {})) {
      const body = route.responses[Number(status) as keyof Route['responses']]?.body;
      expect({ name, status, issues: body?.safeParse(example).error?.issues }).toEqual({
        name,
        status,
        issues: undefined,
      });
    }
  }
  expect(routes.createJob.body.safeParse(requestExamples.createJob).success).toBe(true);
  expect(routes.patchJob.body.safeParse(requestExamples.patchJob).success).toBe(true);
});

it('every route with a body has an example of it, and every answer with a body too', () => {
  for (const [name, route] of table) {
    if (route.body) expect(Object.keys(requestExamples)).toContain(name);
    for (const [status, response] of Object.entries(route.responses)) {
      if (response.body && name !== 'getOpenApi')
        expect([name, Object.keys(responseExamples[name] ?? {})]).toEqual([name, expect.arrayContaining([status])]);
    }
  }
});

it('every problem code can be the answer of some route', () => {
  const answered = new Set(table.flatMap(([, route]) => route.problems));
  const byGateway = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];
  expect(problemCodes.filter((code) => !answered.has(code) && !byGateway.includes(code))).toEqual([]);
});
