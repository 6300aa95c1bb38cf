export type PrincipalKind = 'user' | 'role' | 'group';

/** Whom rights are given to. */
export type Grantee =
  { readonly kind: PrincipalKind; readonly name: string } | { readonly kind: 'public'; readonly name: '' };

/** Roles that are always there. */
export const SUPERUSER_ROLE = 'sys:superuser';
export const SECURITY_ROLE = 'sys:secadmin';
export const SYSTEM_ROLES: readonly string[] = [SUPERUSER_ROLE, SECURITY_ROLE];

/** For maps and sets; names of users and roles differ in more than case. */
export const granteeKey = (kind: string, name: string): string => `${kind} ${name.toLowerCase()}`;

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
