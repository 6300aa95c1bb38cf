import { validation } from '../protocol/api-error.ts';
import type { Login } from '../security/warehouse-session.ts';
import type { StatementTarget } from '../statements/statement.ts';
import { databaseUserOf, type Caller } from './caller.ts';

/** Secrets by ARN or name, and whose credentials they hold. */
export type Secrets = Readonly<Record<string, { readonly username: string }>>;

/** `arn:aws:secretsmanager:region:account:secret:name-AbCdEf` without its six random characters. */
const nameOf = (secret: string): string =>
  /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(secret)?.[1]?.replace(/-[A-Za-z0-9]{6}$/, '') ?? secret;

/** Any secret named `redshift/<user>` holds that user, without being configured. */
const CONVENTION = /^redshift\/(.+)$/;

function userOfSecret(secret: string, secrets: Secrets): string {
  const name = nameOf(secret);
  const known = secrets[secret] ?? Object.entries(secrets).find(([key]) => nameOf(key) === name)?.[1];
  const user = known?.username ?? CONVENTION.exec(name)?.[1];
  if (user === undefined) throw validation("Secrets Manager can't find the specified secret.");
  return user;
}

/** As whom the Data API logs in. Throws ValidationException for an unknown secret. */
export function loginFor(target: StatementTarget, caller: Caller, secrets: Secrets): Login {
  if (target.secretArn !== undefined) return { user: userOfSecret(target.secretArn, secrets), whenMissing: 'refuse' };
  switch (target.kind) {
    case 'cluster':
      return { user: target.dbUser ?? databaseUserOf(caller.arn), whenMissing: 'refuse' };
    case 'workgroup':
      return { user: databaseUserOf(caller.arn), whenMissing: caller.isTrusted ? 'administrator' : 'create' };
  }
}
