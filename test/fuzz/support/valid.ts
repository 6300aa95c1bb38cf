import fc from 'fast-check';
import { JobState } from '../../../contract/jobs.ts';
import { type CallerName, type FuzzRequest, type JobChoice, placeholder } from './request.ts';
import { type Operation, operations, type Parameter, allowedBy, resolved } from './schemas.ts';

export const goodQueries = [
  'SELECT 1 AS one',
  "SELECT 'a' AS a, 2 AS b",
  'SELECT n FROM (SELECT 1 AS n UNION ALL SELECT 2) AS t ORDER BY n LIMIT 1',
  'SELECT * FROM there_is_no_such_table',
  "SELECT 'it''s \\\\ 日本' AS text",
];

/** What a load may be for: a tenant's own, another's, and one that there is not. */
const tables = ['lemon.facts', 'plum.facts', '"lemon"."odd name"', 'public.facts'];

/** Jobs of the caller in any state; foreign ones and those that never were. */
export const jobChoices: fc.Arbitrary<JobChoice> = fc.record(
  {
    whose: fc.oneof(
      { weight: 6, arbitrary: fc.constant('own' as const) },
      { weight: 3, arbitrary: fc.constant('foreign' as const) },
      { weight: 1, arbitrary: fc.constant('missing' as const) },
    ),
    state: fc.constantFrom(...JobState.options),
    pick: fc.nat(1000),
  },
  { noNullPrototype: true },
);

export const callers: fc.Arbitrary<CallerName> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('lemon' as const) },
  { weight: 4, arbitrary: fc.constant('plum' as const) },
  { weight: 1, arbitrary: fc.constantFrom('reader' as const, 'nobody' as const, 'forged' as const) },
);

/** The calls, those with most to get wrong most often. */
export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  ...operations.map((operation) => ({
    weight: operation.body ? 5 : operation.isPublic ? 1 : 3,
    arbitrary: fc.constant(operation),
  })),
);

/** What may stand in a parameter; answers that are held cost time, so they are asked for a second at most. */
function parameterValue({ name, schema }: Parameter): fc.Arbitrary<string> {
  if (name === 'wait') return fc.constantFrom('0', '0', '0', '1');
  if (name === 'n') return fc.oneof(fc.constantFrom('1', '2'), allowedBy(schema).map(String));
  return allowedBy(schema).map(String);
}

/** A header holds what HTTP lets it hold. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '.').trim() || '.';

/** Fills in a path template: {job_id} is left to the stage, the others are given. */
export const pathOf = (operation: Operation, values: Readonly<Record<string, string>>): string =>
  operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'job_id' ? placeholder : encodeURIComponent(values[name] ?? ''),
  );

export const queryString = (entries: readonly (readonly [string, string])[]): string =>
  entries.length === 0
    ? ''
    : `?${entries.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;

export function validBody({ operationId, body }: Operation): fc.Arbitrary<Record<string, unknown> | undefined> {
  if (!body) return fc.constant(undefined);
  const fields = allowedBy(body) as fc.Arbitrary<Record<string, unknown>>;
  if (operationId !== 'createJob') return fields;
  const query = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...goodQueries) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1 }) },
  );
  // Few at once: each one that starts is an export.
  const start = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc
    .tuple(fields, query, start, fc.constantFrom(...tables))
    .map(([rest, sql, starts, object]) =>
      'operation' in rest && rest.operation !== 'query' ? { ...rest, object } : { ...rest, query: sql, start: starts },
    );
}

/** Requests that the document allows. */
export const validRequest: fc.Arbitrary<FuzzRequest> = anyOperation.chain((operation) => {
  const of = (place: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === place);
  const values = (parameters: Parameter[]) =>
    fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterValue(parameter)])), {
      requiredKeys: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
      noNullPrototype: true,
    }) as fc.Arbitrary<Record<string, string>>;
  return fc
    .record({
      path: values(of('path').filter(({ name }) => name !== 'job_id')),
      query: values(of('query')),
      headers: values(of('header')),
      body: validBody(operation),
      job: jobChoices,
      caller: callers,
    })
    .map(({ path, query, headers, body, job, caller }) => ({
      intent: 'valid' as const,
      operationId: operation.operationId,
      method: operation.method,
      path: pathOf(operation, path) + queryString(Object.entries(query)),
      job,
      caller,
      headers: [
        ...Object.entries(headers).map(([name, value]): [string, string] => [name, headerText(value)]),
        ...operation.raw.slice(0, 1).map((type): [string, string] => ['content-type', type]),
      ],
      body: body === undefined ? rawBody(operation) : { text: JSON.stringify(body) },
    }));
});

const rawBody = ({ raw }: Operation) => (raw.length > 0 ? { text: 'id\n1\n' } : undefined);

/** Fields of a call's body. */
export const fieldsOf = ({ body }: Operation): string[] => {
  const plain = body ? resolved(body) : {};
  return [plain, ...(plain.oneOf ?? []).map(resolved)].flatMap(({ properties = {} }) => Object.keys(properties));
};
