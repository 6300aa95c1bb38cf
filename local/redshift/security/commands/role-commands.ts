import type { TokenReader } from '../../sql/token-reader.ts';
import { SUPERUSER_ROLE, SYSTEM_ROLES, granteeKey, sameName, type Grantee } from '../principal.ts';
import { SECURITY_SCHEMA, write } from '../state.ts';
import {
  alreadyThere,
  denied,
  exists,
  grantee,
  inUse,
  notThere,
  principalName,
  requireExisting,
  requireSecurityAdmin,
  requireSuperuser,
  type Command,
  type CommandContext,
} from './command.ts';
import { addMember, insertPrincipal, removeMember } from './user-commands.ts';

export function createRole(reader: TokenReader): Command {
  const name = principalName(reader);
  if (reader.takes('externalid')) reader.at += 1;
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'create role');
    if (exists(context, 'role', name)) throw alreadyThere('role', name);
    await insertPrincipal(context, 'role', name);
  };
}

export function dropRole(reader: TokenReader): Command {
  const name = principalName(reader);
  const forced = reader.takes('force');
  if (!forced) reader.takes('restrict');
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'drop role');
    if (SYSTEM_ROLES.some((role) => sameName(role, name))) throw denied(`role "${name}" cannot be dropped`);
    if (!exists(context, 'role', name)) throw notThere('role', name);
    await dropWhole(context, 'role', name, forced);
  };
}

export function createGroup(reader: TokenReader): Command {
  const name = principalName(reader);
  reader.takes('with');
  const users = reader.takes('user') ? reader.list(() => principalName(reader)) : [];
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'create group');
    if (exists(context, 'group', name)) throw alreadyThere('group', name);
    await insertPrincipal(context, 'group', name);
    await changeGroup(context, name, users, true);
  };
}

export function alterGroup(reader: TokenReader): Command {
  const name = principalName(reader);
  const adds = reader.takes('add');
  if (!adds) reader.expect('drop');
  reader.expect('user');
  const users = reader.list(() => principalName(reader));
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'alter group');
    if (!exists(context, 'group', name)) throw notThere('group', name);
    await changeGroup(context, name, users, adds);
  };
}

async function changeGroup(
  context: CommandContext,
  name: string,
  users: readonly string[],
  adds: boolean,
): Promise<void> {
  for (const user of users) {
    if (!exists(context, 'user', user)) throw notThere('user', user);
    if (adds) await addMember(context, { kind: 'group', name }, { kind: 'user', name: user });
    else await removeMember(context.connection, ['group', name, 'user', user]);
  }
}

export function dropGroup(reader: TokenReader): Command {
  const name = principalName(reader);
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'drop group');
    if (!exists(context, 'group', name)) throw notThere('group', name);
    await dropWhole(context, 'group', name, true);
  };
}

/** Drops a role or group. Without force nobody may be left in it, nothing granted to it and no policy attached. */
async function dropWhole(
  { connection, security }: CommandContext,
  kind: string,
  name: string,
  forced: boolean,
): Promise<void> {
  const key = granteeKey(kind, name);
  const isMember = security.principals.some(
    (user) => user.kind === 'user' && security.identitiesOf(user.name).has(key),
  );
  const hasRights = security.grants.some((grant) => grant.grantee === key);
  if (!forced && (isMember || hasRights)) throw inUse(`cannot drop ${kind} ${name} because other objects depend on it`);
  for (const sql of [
    `principals WHERE kind = $1 AND lower(name) = lower($2)`,
    `members WHERE (kind = $1 AND lower(name) = lower($2)) OR (member_kind = $1 AND lower(member) = lower($2))`,
    `grants WHERE grantee_kind = $1 AND lower(grantee) = lower($2)`,
    `attachments WHERE grantee_kind = $1 AND lower(grantee) = lower($2)`,
  ]) {
    await write(connection, `DELETE FROM ${SECURITY_SCHEMA}.${sql}`, [kind, name]);
  }
}

/** GRANT ROLE r, ... TO u | ROLE r2, ... and its REVOKE. */
export function changeRoleMembers(reader: TokenReader, gives: boolean): Command {
  const roles = reader.list(() => {
    reader.takes('role');
    return principalName(reader);
  });
  reader.expect(gives ? 'to' : 'from');
  const members = reader.list(() => grantee(reader));
  reader.takes('with', 'admin', 'option');
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, gives ? 'grant role' : 'revoke role');
    for (const name of roles) {
      requireExisting(context, { kind: 'role', name });
      if (sameName(name, SUPERUSER_ROLE)) requireSuperuser(context, `grant or revoke ${SUPERUSER_ROLE}`);
      for (const member of members) await changeMember(context, name, member, gives);
    }
  };
}

async function changeMember(context: CommandContext, name: string, member: Grantee, gives: boolean): Promise<void> {
  requireExisting(context, member);
  if (member.kind === 'public' || member.kind === 'group') throw denied('roles are granted to users and roles only');
  if (!gives) return removeMember(context.connection, ['role', name, member.kind, member.name]);
  if (member.kind === 'role' && inside(context, member.name, name))
    throw denied(`role "${name}" is a member of role "${member.name}"`);
  await addMember(context, { kind: 'role', name }, member);
}

/** Whether role `inner` is, directly or not, what a member of `outer` also has: granting would go in a circle. */
function inside({ security }: CommandContext, outer: string, inner: string): boolean {
  return sameName(outer, inner) || security.rolesOf(inner).has(granteeKey('role', outer));
}
