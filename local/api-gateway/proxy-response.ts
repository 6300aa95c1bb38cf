import * as z from 'zod';
import { matchesMediaType } from './media-types.ts';
import { GatewayFailure, type HttpAnswer } from './gateway-response.ts';

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const ProxyResult = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), HeaderValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(HeaderValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Headers of the integration that API Gateway keeps for itself and passes on under another name. */
const remapped = new Set([
  'authorization',
  'connection',
  'content-length',
  'date',
  'host',
  'server',
  'user-agent',
  'www-authenticate',
]);
/** Lambda answers with at most 6 MB. */
const responseLimit = 6 * 1024 * 1024;

/**
 * Turns what a proxy function returned into an answer.
 * @param payload JSON text
 * @param accept the request's `Accept` header, which decides whether base64 is decoded
 * @throws {GatewayFailure} 502 when the function returned something else than a proxy result
 */
export function proxyAnswer(
  payload: string,
  accept: string | undefined,
  binaryMediaTypes: readonly string[],
): HttpAnswer {
  const result = ProxyResult.safeParse(JSON.parse(payload));
  if (!result.success) throw new GatewayFailure('DEFAULT_5XX', {}, { cause: result.error });
  if (payload.length > responseLimit) throw new GatewayFailure('DEFAULT_5XX');
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result.data;
  const decode = isBase64Encoded === true && matchesMediaType(accept?.split(',')[0] ?? '*/*', binaryMediaTypes);
  return {
    status: statusCode,
    headers: mergedHeaders(headers ?? {}, multiValueHeaders ?? {}),
    body: Buffer.from(body ?? '', decode ? 'base64' : 'utf8'),
  };
}

function mergedHeaders(
  single: Readonly<Record<string, string>>,
  multiple: Readonly<Record<string, readonly string[]>>,
): (readonly [string, string])[] {
  const many = Object.entries(multiple).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const inMany = new Set(Object.keys(multiple).map((name) => name.toLowerCase()));
  const one = Object.entries(single).filter(([name]) => !inMany.has(name.toLowerCase()));
  const all = [...one, ...many].filter(([name]) => name.toLowerCase() !== 'transfer-encoding');
  const hasType = all.some(([name]) => name.toLowerCase() === 'content-type');
  const named = all.map(
    ([name, value]) => [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value] as const,
  );
  return hasType ? named : [['Content-Type', 'application/json'], ...named];
}
