import { randomBytes } from 'node:crypto';
import { parseClaim } from '../sigv4/parse-claim.ts';
import type { IncomingMessage } from 'node:http';

/** Whose a key is, as IAM names it. */
export interface KeyOwner {
  /** For counting: a function's label, `local`, or `role/session`. */
  label: string;
  /** arn:aws:iam::...:user/local, or arn:aws:sts::...:assumed-role/role/session for functions and assumed roles. */
  arn: string;
  /** As STS reports it. */
  userId: string;
  /** The account's owner and its functions: no IAM policies are evaluated here, they may do everything. */
  isTrusted: boolean;
}

/** Credentials of a role for a while. */
export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Keys that are accepted, and whose they are. */
export interface AccessKeys {
  /** The credentials of people and tests: `local` / `local-secret`. */
  user: { accessKeyId: string; secretAccessKey: string };
  /** The credentials of a function, by its logical id: `local-<logical id>`. */
  ofFunction: (logicalId: string) => { accessKeyId: string; secretAccessKey: string };
  /** The secret of a key, or undefined when nobody has it. */
  secretOf: (accessKeyId: string) => string | undefined;
  /** Whose key it is; undefined when nobody has it, or not any more. */
  ownerOf: (accessKeyId: string) => KeyOwner | undefined;
  /** Why a key cannot be used, with the session token that came along. */
  problemOf: (accessKeyId: string, sessionToken: string | undefined) => 'unknown' | 'expired' | undefined;
  /** Makes credentials for a session of a role. Which roles there are and who may assume them is not asked here. */
  assumeRole: (
    role: { account: string; name: string },
    session: string,
    seconds: number,
  ) => TemporaryCredentials & { owner: KeyOwner };
}

interface Temporary {
  secret: string;
  token: string;
  owner: KeyOwner;
  expiresAt: number;
}

const secretAccessKey = 'local-secret';
const userKey = 'local';
/** Expired keys are remembered so long, to say that they have expired. */
const rememberedMs = 86_400_000;

/** Makes a key for each function. A function acts in a role named like its label. */
export function createAccessKeys(
  functions: readonly { logicalId: string; label: string }[],
  { account = '000000000000', now = () => new Date() }: { account?: string; now?: () => Date } = {},
): AccessKeys {
  const keyOf = (logicalId: string) => `${userKey}-${logicalId}`;
  const owners = new Map<string, KeyOwner>(
    functions.map(({ logicalId, label }) => [
      keyOf(logicalId),
      { ...sessionOwner({ account, name: label }, logicalId), label, isTrusted: true },
    ]),
  );
  const arn = `arn:aws:iam::${account}:user/${userKey}`;
  owners.set(userKey, { label: userKey, arn, userId: userKey, isTrusted: true });
  const temporary = new Map<string, Temporary>();
  const isAlive = ({ expiresAt }: Temporary) => expiresAt > now().getTime();
  const living = (accessKeyId: string) => {
    const found = temporary.get(accessKeyId);
    return found !== undefined && isAlive(found) ? found : undefined;
  };
  return {
    user: { accessKeyId: userKey, secretAccessKey },
    ofFunction: (logicalId) => ({ accessKeyId: keyOf(logicalId), secretAccessKey }),
    secretOf: (accessKeyId) => (owners.has(accessKeyId) ? secretAccessKey : living(accessKeyId)?.secret),
    ownerOf: (accessKeyId) => owners.get(accessKeyId) ?? living(accessKeyId)?.owner,
    problemOf: (accessKeyId, sessionToken) => {
      if (owners.has(accessKeyId)) return undefined;
      const found = temporary.get(accessKeyId);
      if (found === undefined || found.token !== sessionToken) return 'unknown';
      return isAlive(found) ? undefined : 'expired';
    },
    assumeRole: (role, session, seconds) => {
      const at = now().getTime();
      for (const [key, { expiresAt }] of temporary) if (expiresAt + rememberedMs <= at) temporary.delete(key);
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      const secret = randomBytes(30).toString('base64url');
      const token = randomBytes(60).toString('base64url');
      const owner = sessionOwner(role, session);
      const expiresAt = at + seconds * 1000;
      temporary.set(accessKeyId, { secret, token, owner, expiresAt });
      return { accessKeyId, secretAccessKey: secret, sessionToken: token, expiration: new Date(expiresAt), owner };
    },
  };
}

function sessionOwner({ account, name }: { account: string; name: string }, session: string): KeyOwner {
  return {
    label: `${name}/${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
    userId: `AROA${Buffer.from(name).toString('hex').toUpperCase().slice(0, 17)}:${session}`,
    isTrusted: false,
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
