import { parseClaim } from '../sigv4/parse-claim.ts';
import type { IncomingMessage } from 'node:http';

/** Keys that are accepted, and whose they are. */
export interface AccessKeys {
  /** The credentials of people and tests: `local` / `local-secret`. */
  user: { accessKeyId: string; secretAccessKey: string };
  /** The credentials of a function, by its logical id: `local-<logical id>`. */
  ofFunction: (logicalId: string) => { accessKeyId: string; secretAccessKey: string };
  /** The secret of a key, or undefined when nobody has it. */
  secretOf: (accessKeyId: string) => string | undefined;
  /** Whose key it is: a function's label, or `local`. */
  ownerOf: (accessKeyId: string) => string | undefined;
}

const secretAccessKey = 'local-secret';
const userKey = 'local';

/** Makes a key for each function. */
export function createAccessKeys(functions: readonly { logicalId: string; label: string }[]): AccessKeys {
  const keyOf = (logicalId: string) => `${userKey}-${logicalId}`;
  const owners = new Map([
    [userKey, userKey],
    ...functions.map(({ logicalId, label }) => [keyOf(logicalId), label] as const),
  ]);
  return {
    user: { accessKeyId: userKey, secretAccessKey },
    ofFunction: (logicalId) => ({ accessKeyId: keyOf(logicalId), secretAccessKey }),
    secretOf: (accessKeyId) => (owners.has(accessKeyId) ? secretAccessKey : undefined),
    ownerOf: (accessKeyId) => owners.get(accessKeyId),
  };
}

/** What a request says of who signed it and for which service; nothing of it is verified. */
export function claimOf(
  incoming: IncomingMessage,
): { accessKeyId: string; service: string; presigned: boolean } | undefined {
  const [path = '/', search = ''] = (incoming.url ?? '/').split('?');
  const query = [...new URLSearchParams(search)].map(([name, value]) => [name, value] as const);
  const parsed = parseClaim({
    method: incoming.method ?? 'GET',
    path,
    query: query.map(([name, value]): [string, string] => [name, value]),
    headers: incoming.headers,
  });
  if (parsed.kind !== 'claim') return undefined;
  const { accessKeyId, scope, via } = parsed.claim;
  return { accessKeyId, service: scope.service, presigned: via === 'query' };
}
