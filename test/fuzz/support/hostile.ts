import fc from 'fast-check';
import { badNames, oddQueries, oddTexts } from './oddities.ts';
import type { FuzzRequest } from './request.ts';
import { goodQueries, validRequest } from './valid.ts';

const asJson = (value: unknown): string => JSON.stringify(value);
const query = goodQueries[0];

const deepBody = fc
  .tuple(fc.constantFrom(50, 5000, 60_000), fc.constantFrom<[string, string]>(['[', ']'], ['{"a":', '}']), fc.boolean())
  .map(([depth, [open, close], closed]) => {
    const times = Math.min(depth, Math.floor(200_000 / (open.length + close.length)));
    const deep = `${open.repeat(times)}1${closed ? close.repeat(times) : ''}`;
    return `{"query":"SELECT 1 AS a","object":${deep}}`;
  });

const oddJson = fc.constantFrom(
  '',
  ' ',
  '{',
  '}',
  'null',
  '[]',
  '1e999',
  '-0',
  '"',
  '\ufeff{"query":"SELECT 1 AS a"}',
  '{"query":"SELECT 1 AS a",}',
  "{'query':'SELECT 1 AS a'}",
  '{"query":"SELECT 1 AS a"} trailing',
  '{"query":"SELECT 1 AS a","query":"DROP TABLE x"}',
  '{"query":"DROP TABLE x","query":"SELECT 1 AS a"}',
  '{"state":"Aborted","state":"UploadComplete"}',
  '{"query":"SELECT 1 AS a","__proto__":{"start":true}}',
  '{"query":"SELECT 1 AS a","constructor":{"prototype":{"start":true}}}',
  '{"query":"SELECT 1 AS a","max_file_size_mb":1e400}',
  '{"query":"SELECT 1 AS a","max_file_size_mb":123456789012345678901234567890}',
  '{"query":"SELECT 1 AS a","max_file_size_mb":5.0000000000000000001}',
  '{"state":"Aborted","reason":"\\ud800"}',
  '{"state":"Aborted","reason":"\\u0000"}',
  '{"query":"SELECT 1 AS a","tag":"\\udfff\\ud800"}',
  '{"query":"SELECT 1 AS a","object":"\\ud800"}',
  '{"query":"SELECT 1 AS a","null_as":"\\ud800"}',
  '{"query":"SELECT 1 AS a","partition_by":["\\ud800"]}',
  'query=SELECT+1&start=true',
  '<query>SELECT 1</query>',
  `{"query":"SELECT '${'x'.repeat(300_000)}' AS a"}`,
);

const oddBody: fc.Arbitrary<FuzzRequest['body']> = fc.oneof(
  { weight: 4, arbitrary: oddJson.map((text) => ({ text })) },
  { weight: 2, arbitrary: deepBody.map((text) => ({ text })) },
  { weight: 3, arbitrary: oddQueries.map((sql) => ({ text: asJson({ query: sql }) })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('object', 'tag', 'null_as'), oddTexts)
      .map(([field, text]) => ({ text: asJson({ query, [field]: text }) })),
  },
  { weight: 1, arbitrary: oddTexts.map((reason) => ({ text: asJson({ state: 'Aborted', reason }) })) },
  { weight: 1, arbitrary: fc.json().map((text) => ({ text })) },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ base64: Buffer.from(bytes).toString('base64') })),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => {
      const whole = [Buffer.from('{"query":"SELECT 1 AS a","tag":"'), bytes, Buffer.from('"}')];
      return { base64: Buffer.concat(whole).toString('base64') };
    }),
  },
);

const oddMethod = fc.constantFrom(
  'PUT',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'LOCK',
  'M-SEARCH',
  'GET',
  'POST',
);

/** What HTTP lets a header hold, one byte a character. */
const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e\x80-\xff]/g, '?');

const oddHeader: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'idempotency-key',
      'if-none-match',
      'x-tenant-id',
      'accept',
      'accept-encoding',
      'origin',
      'x-http-method-override',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-amzn-trace-id',
      'range',
      'cookie',
      'content-encoding',
      'content-language',
      'x-api-key',
    ),
    oddTexts.map((text) => headerSafe(text).slice(0, 4000)),
  ),
  fc.tuple(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'),
    fc.constantFrom('x', '{"start":true}'),
  ),
  fc.constantFrom<[string, string]>(
    ['x-tenant-id', 'plum'],
    ['x-tenant-id', 'lemon'],
    ['x-tenant-id', ''],
    ['if-none-match', '*'],
    ['if-none-match', `W/"${'0'.repeat(32)}", ""`],
    ['idempotency-key', ''],
    ['idempotency-key', 'x'.repeat(256)],
    ['accept', 'text/html;q=0.9, */*'],
    ['accept', 'application/xml'],
    ['content-type', 'text/plain'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['content-type', 'application/json; charset=utf-16'],
    ['content-type', 'multipart/form-data; boundary=x'],
    ['content-type', ''],
  ),
);

const oddSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%2e%2e%2f',
    '..',
    '.',
    '%2F',
    '%5c',
    '%c0%ae',
    '%ff%fe',
    '%0d%0aX-Injected:%20yes',
    ';a=b',
    '__proto__',
    'constructor',
    '{job_id}',
    '{proxy+}',
    '*',
    '~',
    '@',
    'bulk',
    'jobs',
    'x'.repeat(3000),
    '%F0%9F%98%80'.repeat(100),
    '{job}',
    '{job}%00',
    '{job}%0a',
    '{job}.1',
    '{job};x',
  ),
  badNames.map(encodeURIComponent),
  oddTexts.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 3000).replace(/%.?$/, '')),
);

const oddPath: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '/bulk', '/bulk/jobs', '/bulk/jobs/{job}', '/bulk/jobs/{job}/files', '//bulk//jobs', '/health'),
    fc.array(oddSegment, { maxLength: 3 }),
    fc.constantFrom('', '', '/', '//', '/results', '/files/1', '/abort'),
    oddQueryString(),
  )
  .map(([start, segments, end, search]) => `${[start, ...segments].join('/')}${end}${search}`);

function oddQueryString(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '?',
        '??',
        '?&&&',
        '?=',
        '?a[b]=c',
        '?__proto__=x',
        '?constructor=x&toString=y',
        '?limit=1&limit=2',
        '?limit[]=1',
        '?tag=%',
        '?tag=%ff',
        '?tag=%00',
        '?tag=%ED%A0%80',
        '?cursor=jobs.%00',
        '?wait=-1',
        `?tag=${'x'.repeat(6000)}`,
        `?${'a=1&'.repeat(1500)}`,
        '?tag=%0d%0aX-Injected:%20yes',
        '?created_after=-271821-04-20T00:00:00.000Z',
        '?created_after=+275760-09-13T00:00:00.000Z',
      ),
    },
    { weight: 1, arbitrary: badNames.map((name) => `?${encodeURIComponent(name)}=1`) },
  );
}

/** Requests that mean harm, or come from a broken client. */
export const hostileRequest: fc.Arbitrary<FuzzRequest> = fc
  .oneof(
    { weight: 4, arbitrary: fc.tuple(validRequest, oddBody).map(([request, body]) => ({ ...request, body })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom(['createJob', 'POST', '/bulk/jobs'], ['patchJob', 'PATCH', '/bulk/jobs/{job}']),
          validRequest,
          oddBody,
        )
        .map(([[operationId = '', method = '', path = ''], request, body]) => ({
          ...{ ...request, operationId, method, path, body },
          headers: [],
        })),
    },
    { weight: 2, arbitrary: fc.tuple(validRequest, oddMethod).map(([request, method]) => ({ ...request, method })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(validRequest, fc.array(oddHeader, { minLength: 1, maxLength: 3 }))
        .map(([request, headers]) => ({ ...request, headers: [...request.headers, ...headers] })),
    },
    { weight: 3, arbitrary: fc.tuple(validRequest, oddPath).map(([request, path]) => ({ ...request, path })) },
  )
  .map((request) => ({ ...request, intent: 'hostile' as const }));
