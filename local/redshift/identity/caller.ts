/** Whoever signed a request. */
export interface Caller {
  /** arn:aws:iam::...:user/name or arn:aws:sts::...:assumed-role/role/session */
  readonly arn: string;
  /**
   * May see every statement and is the administrator of the warehouse, unless a database user was created for it: the
   * owner of the account and what the account itself runs. Others see their own statements, and are users without rights.
   */
  readonly isTrusted: boolean;
}

/** Tells by the access key who calls; undefined: nobody that is known. */
export type Identify = (accessKeyId: string | undefined) => Caller | undefined;

/** Everybody is a user of the account who is named like the access key, and trusted. */
export const identifyByKey =
  (account: string): Identify =>
  (accessKeyId = 'anonymous') => ({ arn: `arn:aws:iam::${account}:user/${accessKeyId}`, isTrusted: true });

/** The access key of an Authorization header; the signature itself is for the endpoint in front to check. */
export const accessKeyOf = (authorization: string | undefined): string | undefined =>
  /\bCredential=([^/,\s]+)\//.exec(authorization ?? '')?.[1];

const ASSUMED_ROLE = /^(arn:[^:]+:sts::[^:]*:assumed-role\/([^/]+))\/.+$/;

/** The role without its session; a user is its own. */
export const roleOf = (arn: string): string => ASSUMED_ROLE.exec(arn)?.[1] ?? arn;

/** The database user that Redshift Serverless derives from an identity: `IAM:user` or `IAMR:role`. */
export function databaseUserOf(arn: string): string {
  const role = ASSUMED_ROLE.exec(arn)?.[2];
  return role === undefined ? `IAM:${arn.split(/[:/]/).at(-1) ?? ''}` : `IAMR:${role}`;
}
