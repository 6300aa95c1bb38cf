import { SECURITY_ROLE, SUPERUSER_ROLE, granteeKey, sameName } from './principal.ts';
import { sameRelation, type Relation } from './relation.ts';
import type { Policy, Security } from './security.ts';

/** What row-level security leaves of a relation to a user. */
export interface RowFilter {
  readonly conjunction: 'AND' | 'OR';
  /** None: no rows. */
  readonly policies: readonly Policy[];
}

/** The rights of one user. */
export interface Access {
  readonly user: string;
  readonly isSuperuser: boolean;
  /** May manage users, roles and policies. */
  readonly isSecurityAdmin: boolean;
  /** May see plans of protected queries. */
  readonly mayExplainRows: boolean;
  owns(relation: Relation): boolean;
  /** SELECT, INSERT, UPDATE, DELETE, ... */
  may(privilege: string, relation: Relation): boolean;
  mayGrant(privilege: string, relation: Relation): boolean;
  /** USAGE or CREATE. */
  mayInSchema(privilege: string, schema: string): boolean;
  /** Undefined: all rows. */
  rowFilter(relation: Relation): RowFilter | undefined;
}

/** Undefined stands for the administrator, who needs no entry. */
export function accessOf(security: Security, user: string | undefined, administrator: string): Access {
  const name = user ?? administrator;
  const identities = security.identitiesOf(name);
  const has = (role: string): boolean => identities.has(granteeKey('role', role));
  const isSuperuser =
    user === undefined ||
    sameName(name, administrator) ||
    security.find('user', name)?.isSuperuser === true ||
    has(SUPERUSER_ROLE);
  const isSecurityAdmin = isSuperuser || has(SECURITY_ROLE);
  const granted = security.grants.filter(({ grantee }) => identities.has(grantee));
  const hasSystemRight = (right: string): boolean =>
    isSecurityAdmin || granted.some(({ object, privilege }) => object === 'system' && privilege === right);
  const ignoresRows = hasSystemRight('IGNORE RLS');
  const onRelation = (privilege: string, relation: Relation) =>
    granted.filter(
      (grant) => grant.object === 'relation' && grant.privilege === privilege && sameRelation(grant, relation),
    );
  const owns = (relation: Relation): boolean => {
    const owner = security.ownerOf(relation);
    return isSuperuser || (owner !== undefined && sameName(owner, name));
  };
  return {
    user: name,
    isSuperuser,
    isSecurityAdmin,
    mayExplainRows: hasSystemRight('EXPLAIN RLS'),
    owns,
    may: (privilege, relation) => owns(relation) || onRelation(privilege, relation).length > 0,
    mayGrant: (privilege, relation) =>
      owns(relation) || onRelation(privilege, relation).some(({ grantable }) => grantable),
    mayInSchema: (privilege, schema) =>
      isSuperuser ||
      granted.some(
        (grant) => grant.object === 'schema' && grant.privilege === privilege && sameName(grant.schema, schema),
      ),
    rowFilter(relation) {
      const protection = ignoresRows ? undefined : security.protectionOf(relation);
      if (protection === undefined) return undefined;
      const attached = protection.attachments.filter(({ grantee }) => identities.has(grantee));
      return { conjunction: protection.conjunction, policies: [...new Set(attached.map(({ policy }) => policy))] };
    },
  };
}
