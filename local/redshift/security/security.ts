import type { DuckDBConnection } from '@duckdb/node-api';
import { granteeKey, sameName, type PrincipalKind } from './principal.ts';
import { sameRelation, type Relation } from './relation.ts';
import { read, SECURITY_SCHEMA } from './state.ts';

export interface Principal {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly isSuperuser: boolean;
}

export interface Grant extends Relation {
  readonly object: 'schema' | 'relation' | 'system';
  readonly privilege: string;
  readonly grantee: string;
  readonly grantable: boolean;
}

export interface Policy {
  readonly name: string;
  /** Names of the columns that the policy reads. */
  readonly columns: readonly string[];
  readonly alias: string;
  /** Redshift SQL. */
  readonly expression: string;
}

export interface Protection {
  readonly conjunction: 'AND' | 'OR';
  readonly attachments: readonly { readonly policy: Policy; readonly grantee: string }[];
}

/** All users, rights and policies as one transaction sees them. */
export interface Security {
  readonly principals: readonly Principal[];
  readonly grants: readonly Grant[];
  readonly policies: readonly Policy[];
  find(kind: PrincipalKind, name: string): Principal | undefined;
  /** Keys of everything a user is, directly or through roles: itself, its groups and roles, PUBLIC. */
  identitiesOf(user: string): ReadonlySet<string>;
  /** Keys of the roles that whoever has this role has, itself included. */
  rolesOf(role: string): ReadonlySet<string>;
  /** Undefined: the administrator. */
  ownerOf(relation: Relation): string | undefined;
  /** Undefined: row-level security is off. */
  protectionOf(relation: Relation): Protection | undefined;
  /** The tables a policy is attached to, with whom. */
  attachmentsOf(policy: string): readonly (Relation & { readonly grantee: string })[];
}

interface Membership {
  readonly whole: string;
  readonly member: string;
}

function closure(start: readonly string[], memberships: readonly Membership[]): Set<string> {
  const found = new Set(start);
  let before = 0;
  while (before !== found.size) {
    before = found.size;
    for (const { whole, member } of memberships) if (found.has(member)) found.add(whole);
  }
  return found;
}

function principalKind(text: string): PrincipalKind {
  if (text === 'user' || text === 'role' || text === 'group') return text;
  throw new Error(`unknown kind of principal ${text}`);
}

function objectKind(text: string): Grant['object'] {
  if (text === 'schema' || text === 'relation' || text === 'system') return text;
  throw new Error(`unknown kind of object ${text}`);
}

async function readPolicies(rows: (table: string) => Promise<string[][]>): Promise<Policy[]> {
  return (await rows('policies')).map(([name = '', columns = '', alias = '', expression = '']) => ({
    name,
    columns: columns === '' ? [] : columns.split('\n'),
    alias,
    expression,
  }));
}

/** Reads the state of security in the connection's transaction. */
export async function loadSecurity(connection: DuckDBConnection): Promise<Security> {
  const rows = (table: string): Promise<string[][]> => read(connection, `SELECT * FROM ${SECURITY_SCHEMA}.${table}`);
  const principals = (await rows('principals')).map(([kind = '', name = '', superuser]) => ({
    kind: principalKind(kind),
    name,
    isSuperuser: superuser === 'true',
  }));
  const memberships = (await rows('members')).map(([kind = '', name = '', memberKind = '', member = '']) => ({
    whole: granteeKey(kind, name),
    member: granteeKey(memberKind, member),
  }));
  const owners = (await rows('owners')).map(([schema = '', name = '', owner = '']) => ({ schema, name, owner }));
  const grants = (await rows('grants')).map(
    ([object = '', schema = '', name = '', privilege = '', kind = '', grantee = '', grantable]): Grant => ({
      object: objectKind(object),
      schema,
      name,
      privilege,
      grantee: granteeKey(kind, grantee),
      grantable: grantable === 'true',
    }),
  );
  const policies = await readPolicies(rows);
  const attachments = (await rows('attachments')).map(
    ([policy = '', schema = '', name = '', kind = '', grantee = '']) => ({
      policy,
      schema,
      name,
      grantee: granteeKey(kind, grantee),
    }),
  );
  const protections = (await rows('protections')).map(([schema = '', name = '', conjunction]) => ({
    schema,
    name,
    conjunction: conjunction === 'OR' ? ('OR' as const) : ('AND' as const),
  }));
  return {
    principals,
    grants,
    policies,
    find: (kind, name) => principals.find((known) => known.kind === kind && sameName(known.name, name)),
    identitiesOf: (user) => closure([granteeKey('user', user), granteeKey('public', '')], memberships),
    rolesOf: (role) => closure([granteeKey('role', role)], memberships),
    ownerOf: (relation) => owners.find((owned) => sameRelation(owned, relation))?.owner,
    protectionOf(relation) {
      const protection = protections.find((known) => sameRelation(known, relation));
      if (protection === undefined) return undefined;
      const attached = attachments.filter((known) => sameRelation(known, relation));
      return {
        conjunction: protection.conjunction,
        attachments: attached.flatMap(({ policy: name, grantee }) => {
          const policy = policies.find((known) => known.name === name);
          return policy === undefined ? [] : [{ policy, grantee }];
        }),
      };
    },
    attachmentsOf: (policy) => attachments.filter((known) => known.policy === policy),
  };
}
