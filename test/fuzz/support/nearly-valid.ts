import fc from 'fast-check';
import { badNames, oddTexts } from './oddities.ts';
import type { FuzzRequest } from './request.ts';
import { type Operation, operations } from './schemas.ts';
import { anyOperation, fieldsOf, goodQueries, queryString, validBody, validRequest } from './valid.ts';

/** What a field may be turned into: of another type, out of range, too long, odd. */
const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 4, 6201, 1e21, 2 ** 53, '', ' ', [], {}, [[]], [''], [null]),
  fc.jsonValue({ maxDepth: 2 }),
  oddTexts,
  fc.integer({ min: 1, max: 600 }).map((length) => 'y'.repeat(length)),
  fc.constantFrom('csv', 'Csv', 'NONE ', 'jobcomplete', 'UPLOADCOMPLETE', 'true', '5', '2026-02-30T00:00:00Z'),
);

/** Sets a field as its own, whatever it is called. */
const withField = (body: object, name: string, value: unknown): object =>
  Object.fromEntries([...Object.entries(body).filter(([other]) => other !== name), [name, value]]);

function brokenBody(operation: Operation): fc.Arbitrary<string> {
  const fields = fieldsOf(operation);
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...fields) },
    { weight: 1, arbitrary: badNames },
    { weight: 1, arbitrary: fc.string() },
  );
  const change = fc.oneof(
    { weight: 5, arbitrary: fc.record({ name, value: wrongValue }) },
    { weight: 1, arbitrary: fc.record({ name, value: fc.constant(undefined) }) },
  );
  return fc
    .tuple(validBody(operation), change)
    .map(([body, { name: field, value }]) => JSON.stringify(withField(body ?? {}, field, value)));
}

const withBrokenBody: fc.Arbitrary<FuzzRequest> = fc
  .constantFrom(...operations.filter(({ body }) => body !== undefined))
  .chain((operation) =>
    fc.tuple(validRequest, brokenBody(operation)).map(([request, text]) => ({
      ...request,
      operationId: operation.operationId,
      method: operation.method,
      path: operation.path.replace('{job_id}', '{job}'),
      body: { text },
    })),
  );

const numbers = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '1001',
  '99999999999999999999',
  '١',
  '1,2',
];
const times = ['2026-01-01', '2026-13-01T00:00:00Z', '1969-12-31T23:59:59Z', '0000-01-01T00:00:00+23:59', 'now', '0'];
const cursors = ['jobs.', 'jobs.01K00000000000000000000000', 'jobs.7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'runs.1', '..', '%00'];

const withOddQuery: fc.Arbitrary<FuzzRequest> = anyOperation.chain((operation) => {
  const known = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(known.length > 0 ? known : ['limit'])) },
    { weight: 1, arbitrary: badNames },
  );
  const value = fc.oneof(fc.constantFrom(...numbers, ...times, ...cursors), oddTexts);
  // Nothing here may hold the answer for long.
  const entry = fc.tuple(name, value).map(([key, text]): [string, string] => [key, key === 'wait' ? `-${text}` : text]);
  return fc.tuple(validRequest, fc.array(entry, { minLength: 1, maxLength: 3 })).map(([request, entries]) => ({
    ...request,
    operationId: operation.operationId,
    method: operation.method,
    path: operation.path.replace('{job_id}', '{job}').replace('{n}', '1') + wellFormedQuery(entries),
    body: operation.body && { text: JSON.stringify({ query: goodQueries[0] }) },
  }));
});

/** A lone surrogate can't be percent-encoded: it goes as the bytes that a careless encoder makes of it. */
function wellFormedQuery(entries: [string, string][]): string {
  const sound = entries.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]);
  return queryString(sound).replaceAll('%EF%BF%BD', '%ED%A0%80');
}

const ids = [
  '',
  ' ',
  'a',
  '01K0000000000000000000000',
  '01k00000000000000000000000',
  '01K0000000000000000000000000',
  '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'null',
  '*',
];
const files = ['0', '-1', '1.5', '1e0', '00001', '10000001', 'x', '', '%31', ' 1', '+1', '0x1'];

const withOddId: fc.Arbitrary<FuzzRequest> = anyOperation.chain((operation) =>
  fc
    .tuple(validRequest, fc.oneof(fc.constantFrom(...ids), oddTexts), fc.constantFrom(...files), fc.boolean())
    .map(([request, id, n, keepsId]) => ({
      ...request,
      operationId: operation.operationId,
      method: operation.method,
      path: operation.path
        .replace('{job_id}', () => (keepsId ? '{job}' : encodeURIComponent(id.toWellFormed())))
        .replace('{n}', () => encodeURIComponent(n)),
      body: operation.body && { text: '{"state":"UploadComplete"}' },
    })),
);

/** Requests with one thing wrong, or at the edge of it. */
export const nearlyValidRequest: fc.Arbitrary<FuzzRequest> = fc
  .oneof(
    { weight: 5, arbitrary: withBrokenBody },
    { weight: 3, arbitrary: withOddQuery },
    { weight: 2, arbitrary: withOddId },
  )
  .map((request) => ({ ...request, intent: 'nearly valid' as const }));
