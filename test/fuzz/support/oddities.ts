import fc from 'fast-check';

/** Names that mean something to JavaScript, or to nobody. */
export const badNames = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'length',
  '',
  ' ',
  '$ref',
  'a/b~c',
  'query ',
  'Query',
  'tenant_id',
  'job_id',
  'ttl',
  'pk',
);

/** Texts that somebody on the way may choke on. */
export const oddTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '\0',
    'a\0b',
    '\ud800',
    'a\udc00b',
    '\ufeff',
    '\u202e\u2066',
    '\r\nX-Injected: yes',
    '\u2028\u2029',
    '\u007f\u0080\u009f',
    '../../etc/passwd',
    '..\\..\\windows',
    '%00',
    '%2e%2e%2f',
    '${jndi:ldap://x}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    "'; DROP TABLE jobs; --",
    'TENANT#plum',
    'JOB#01K00000000000000000000000',
    '=1+1',
    '[object Object]',
    'undefined',
    'NaN',
    'x'.repeat(10_000),
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'é'.normalize('NFD'),
    'ﷺ'.repeat(60),
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
);

/** SQL that is deep, long or odd: a parser must neither overflow nor take long. */
export const oddQueries: fc.Arbitrary<string> = fc.oneof(
  fc
    .record({
      depth: fc.constantFrom(10, 100, 1000, 10_000),
      wrap: fc.constantFrom(
        ['(', ')'],
        ['-', ''],
        ['NOT ', ''],
        ['CASE WHEN ', ' THEN 1 END'],
        ['(SELECT ', ')'],
        ['abs(', ')'],
        ['ARRAY(', ')'],
      ),
    })
    .map(({ depth, wrap: [open = '', close = ''] }) => {
      const times = Math.min(depth, Math.floor(90_000 / (open.length + close.length)));
      return `SELECT ${open.repeat(times)}1${close.repeat(times)} AS a`;
    }),
  fc.constantFrom(100, 5000, 20_000).map((n) => `SELECT 1 AS a WHERE 1 IN (${'1,'.repeat(n)}1)`),
  fc.constantFrom(100, 5000, 9000).map((n) => `SELECT 1 AS a${' UNION SELECT 1'.repeat(Math.min(n, 6000))}`),
  fc.constantFrom(100, 5000).map((n) => `SELECT 1${' + 1'.repeat(n)} AS a`),
  fc.constantFrom('/*'.repeat(4000), '"'.repeat(4001), "'", '$$', '$a$', 'SELECT', ';', 'SELECT 1;SELECT 2', '--'),
  oddTexts.map((text) => `SELECT '${text}' AS a`),
  oddTexts.map((text) => `SELECT 1 AS "${text}"`),
);
