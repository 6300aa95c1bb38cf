import * as z from 'zod';

const placeholder = '{user}';
const kinds = ['db_user', 'secret', 'role'] as const;

/** As whom statements run; in `pattern`, `{user}` is the `warehouse_user` of the credential, or else its tenant. */
export type TenantIdentity = { kind: 'shared' } | { kind: (typeof kinds)[number]; pattern: string };

const patterns: Readonly<Record<(typeof kinds)[number], RegExp>> = {
  db_user: /^[a-z_{][a-z0-9_@.+{}-]{0,80}$/,
  secret: /^[\w/+=.@{}-]{1,200}$/,
  role: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/{}-]{1,200}$/,
};

/** `shared`, or `db_user:`, `secret:` or `role:` and a pattern with `{user}` in it. */
export const TenantIdentity = z
  .string()
  .default('shared')
  .transform((text, context): TenantIdentity => {
    if (text === 'shared') return { kind: 'shared' };
    const at = text.indexOf(':');
    const kind = kinds.find((each) => each === text.slice(0, at));
    const pattern = text.slice(at + 1);
    if (kind !== undefined && patterns[kind].test(pattern) && pattern.split(placeholder).length === 2)
      return { kind, pattern };
    context.addIssue({
      code: 'custom',
      message: `Expected shared, db_user:<name>, secret:<name> or role:<ARN>, with ${placeholder} once in it`,
    });
    return z.NEVER;
  });

/** The pattern with a user, or with `*` for all of them, in place. */
export const identityOf = (pattern: string, user: string): string => pattern.replace(placeholder, user);

/** As it is written in an environment. */
export const identityText = (identity: TenantIdentity): string =>
  identity.kind === 'shared' ? 'shared' : `${identity.kind}:${identity.pattern}`;
