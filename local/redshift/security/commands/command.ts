import type { DuckDBConnection } from '@duckdb/node-api';
import type { Token } from '../../sql/lexer.ts';
import { SqlError } from '../../sql/sql-error.ts';
import type { TokenReader } from '../../sql/token-reader.ts';
import type { Access } from '../access.ts';
import type { Catalog, CatalogEntry } from '../catalog.ts';
import { SYSTEM_ROLES, sameName, type Grantee, type PrincipalKind } from '../principal.ts';
import type { Relation } from '../relation.ts';
import type { Security } from '../security.ts';

/** What a command on users, rights or policies works with: the state as its own transaction sees it. */
export interface CommandContext {
  readonly connection: DuckDBConnection;
  readonly security: Security;
  readonly catalog: Catalog;
  /** Of whoever runs it. */
  readonly access: Access;
  readonly path: readonly string[];
  readonly administrator: string;
}

export type Command = (context: CommandContext) => Promise<void>;

export const denied = (message: string): SqlError => new SqlError('42501', message);
export const alreadyThere = (what: string, name: string): SqlError =>
  new SqlError('42710', `${what} "${name}" already exists`);
export const notThere = (what: string, name: string): SqlError =>
  new SqlError('42704', `${what} "${name}" does not exist`);
export const inUse = (message: string): SqlError => new SqlError('2BP01', message);

export function requireSecurityAdmin({ access }: CommandContext, what: string): void {
  if (!access.isSecurityAdmin) throw denied(`permission denied to ${what}`);
}

export function requireSuperuser({ access }: CommandContext, what: string): void {
  if (!access.isSuperuser) throw denied(`must be superuser to ${what}`);
}

/** Users named after IAM identities keep their case; names match without regard to it. */
const unfolded = (token: Token): string =>
  token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.value;

/** The name of a user, role or group; `sys:secadmin` needs no quotes. */
export function principalName(reader: TokenReader): string {
  const name = unfolded(reader.name());
  const system = reader.next;
  if (name !== 'sys' || system?.kind !== 'parameter') return name;
  reader.at += 1;
  return `sys:${system.value.toLowerCase()}`;
}

/** `u`, `ROLE r`, `GROUP g` or PUBLIC. */
export function grantee(reader: TokenReader): Grantee {
  if (reader.takes('public')) return { kind: 'public', name: '' };
  if (reader.takes('role')) return { kind: 'role', name: principalName(reader) };
  if (reader.takes('group')) return { kind: 'group', name: principalName(reader) };
  return { kind: 'user', name: principalName(reader) };
}

export function exists({ security, administrator }: CommandContext, kind: PrincipalKind, name: string): boolean {
  if (kind === 'user' && sameName(name, administrator)) return true;
  if (kind === 'role' && SYSTEM_ROLES.some((role) => sameName(role, name))) return true;
  return security.find(kind, name) !== undefined;
}

export function requireExisting(context: CommandContext, { kind, name }: Grantee): void {
  if (kind !== 'public' && !exists(context, kind, name)) throw notThere(kind, name);
}

/** The table or view that a name means. */
export function relationOf({ catalog, path }: CommandContext, { schema, name }: Relation): CatalogEntry {
  const entry = catalog.find(schema, name, path);
  if (entry !== undefined && entry.kind !== 'temporary') return entry;
  throw new SqlError('42P01', `relation "${schema === '' ? name : `${schema}.${name}`}" does not exist`);
}
