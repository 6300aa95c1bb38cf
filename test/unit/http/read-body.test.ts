import { fixedLimits } from '../../../contract/limits.ts';
import { readBody } from '../../../lambdas/shared/http/read-body.ts';

const read = (body: string, isBase64Encoded = false) => readBody({ body, isBase64Encoded });
function refusalOf(body: string): unknown {
  try {
    read(body);
    return undefined;
  } catch (error) {
    return error;
  }
}
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const depth = fixedLimits.json_depth.value;
const size = fixedLimits.request_body_bytes.value;

it('brackets are counted where they nest, not where they are text', () => {
  expect(read(`{"a":"${'['.repeat(1000)}\\"${'{'.repeat(1000)}","b":[]}`)).toHaveProperty('b', []);
  expect(read(`[${Array(1000).fill('[1]').join(',')}]`)).toHaveLength(1000);
});

it('the deepest body that may be is read, a deeper one is refused however long it is', () => {
  expect(read(nested(depth))).toBeDefined();
  for (const levels of [depth + 1, 100_000]) {
    expect(refusalOf(nested(levels))).toMatchObject({ code: 'INVALID_JSON', facts: { limit: 'json_depth' } });
  }
  expect(refusalOf('['.repeat(100_000))).toMatchObject({ code: 'INVALID_JSON' });
});

it('size is counted in bytes, of what the body really is', () => {
  const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
  expect(read(text(size))).toHaveLength(size - 2);
  expect(refusalOf(text(size + 1))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(refusalOf(JSON.stringify('ü'.repeat(size / 2)))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(read(Buffer.from(text(size)).toString('base64'), true)).toHaveLength(size - 2);
});
