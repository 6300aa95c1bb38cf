import { SqlError } from '../../sql/sql-error.ts';
import type { TokenReader } from '../../sql/token-reader.ts';
import { granteeKey } from '../principal.ts';
import { SECURITY_SCHEMA, read, write } from '../state.ts';
import {
  alreadyThere,
  exists,
  inUse,
  notThere,
  principalName,
  requireSecurityAdmin,
  requireSuperuser,
  type Command,
  type CommandContext,
} from './command.ts';

interface UserOptions {
  /** CREATEUSER makes a superuser. */
  isSuperuser?: boolean;
  groups: string[];
  newName?: string;
}

/** Options that have no meaning here are read and dropped: the Data API never asks for a password. */
function userOptions(reader: TokenReader): UserOptions {
  const options: UserOptions = { groups: [] };
  reader.takes('with');
  while (!reader.atEnd) {
    if (reader.takes('createuser')) options.isSuperuser = true;
    else if (reader.takes('nocreateuser')) options.isSuperuser = false;
    else if (reader.takes('rename', 'to')) options.newName = principalName(reader);
    else if (reader.takes('in', 'group')) options.groups = reader.list(() => principalName(reader));
    else ignoredOption(reader);
  }
  return options;
}

function ignoredOption(reader: TokenReader): void {
  if (reader.takes('createdb') || reader.takes('nocreatedb') || reader.takes('password', 'disable')) return;
  if (reader.takes('password') || reader.takes('valid', 'until')) return void reader.string();
  if (reader.takes('syslog', 'access')) return void reader.word();
  if (reader.takes('connection', 'limit') || reader.takes('session', 'timeout') || reader.takes('externalid')) {
    reader.at += 1;
    return;
  }
  if (reader.takes('reset')) return void reader.name();
  if (!reader.takes('set')) throw reader.problem();
  reader.at = reader.tokens.length;
}

export const addMember = async (
  { connection }: CommandContext,
  whole: { readonly kind: string; readonly name: string },
  member: { readonly kind: string; readonly name: string },
): Promise<void> => {
  const values = [whole.kind, whole.name, member.kind, member.name];
  await removeMember(connection, values);
  await write(connection, `INSERT INTO ${SECURITY_SCHEMA}.members VALUES ($1, $2, $3, $4)`, values);
};

export async function removeMember(connection: CommandContext['connection'], values: readonly string[]): Promise<void> {
  await write(
    connection,
    `DELETE FROM ${SECURITY_SCHEMA}.members WHERE kind = $1 AND lower(name) = lower($2)
       AND member_kind = $3 AND lower(member) = lower($4)`,
    values,
  );
}

export function createUser(reader: TokenReader): Command {
  const name = principalName(reader);
  const options = userOptions(reader);
  return async (context) => {
    requireSecurityAdmin(context, 'create user');
    if (options.isSuperuser === true) requireSuperuser(context, 'create superusers');
    if (name.toLowerCase() === 'public') throw new SqlError('42939', 'user name "public" is reserved');
    if (exists(context, 'user', name)) throw alreadyThere('user', name);
    for (const group of options.groups) if (!exists(context, 'group', group)) throw notThere('group', group);
    await insertPrincipal(context, 'user', name, options.isSuperuser === true);
    for (const group of options.groups)
      await addMember(context, { kind: 'group', name: group }, { kind: 'user', name });
  };
}

export async function insertPrincipal(
  { connection }: Pick<CommandContext, 'connection'>,
  kind: string,
  name: string,
  isSuperuser = false,
): Promise<void> {
  await write(connection, `INSERT INTO ${SECURITY_SCHEMA}.principals VALUES ($1, $2, $3)`, [kind, name, isSuperuser]);
}

export function alterUser(reader: TokenReader): Command {
  const name = principalName(reader);
  const options = userOptions(reader);
  return async (context) => {
    requireSecurityAdmin(context, 'alter user');
    const { connection, security } = context;
    const user = security.find('user', name);
    if (user === undefined) throw notThere('user', name);
    if (options.isSuperuser !== undefined || user.isSuperuser) requireSuperuser(context, 'alter superusers');
    if (options.isSuperuser !== undefined) {
      const sql = `UPDATE ${SECURITY_SCHEMA}.principals SET is_superuser = $2 WHERE kind = 'user' AND name = $1`;
      await write(connection, sql, [user.name, options.isSuperuser]);
    }
    if (options.newName !== undefined) await rename(context, user.name, options.newName);
  };
}

/** Every place that names the user, and the column that does. */
const USER_COLUMNS = [
  ['principals', 'name', `kind = 'user'`],
  ['members', 'member', `member_kind = 'user'`],
  ['owners', 'owner', 'true'],
  ['grants', 'grantee', `grantee_kind = 'user'`],
  ['attachments', 'grantee', `grantee_kind = 'user'`],
] as const;

async function rename(context: CommandContext, name: string, newName: string): Promise<void> {
  if (exists(context, 'user', newName)) throw alreadyThere('user', newName);
  for (const [table, column, condition] of USER_COLUMNS) {
    const sql = `UPDATE ${SECURITY_SCHEMA}.${table} SET ${column} = $2 WHERE ${condition} AND lower(${column}) = lower($1)`;
    await write(context.connection, sql, [name, newName]);
  }
}

export function dropUser(reader: TokenReader): Command {
  const mayMiss = reader.takes('if', 'exists');
  const names = reader.list(() => principalName(reader));
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'drop user');
    for (const name of names) {
      const user = context.security.find('user', name);
      if (user === undefined && !mayMiss) throw notThere('user', name);
      if (user?.isSuperuser === true) requireSuperuser(context, 'drop superusers');
      if (user !== undefined) await dropOne(context, user.name);
    }
  };
}

async function dropOne({ connection, security }: CommandContext, name: string): Promise<void> {
  const owned = await read(connection, `SELECT name FROM ${SECURITY_SCHEMA}.owners WHERE lower(owner) = lower($1)`, [
    name,
  ]);
  if (owned.length > 0) {
    throw new SqlError('2BP01', `user "${name}" cannot be dropped because some objects depend on it`, undefined, {
      detail: `owner of ${owned.map(([relation]) => relation).join(', ')}`,
    });
  }
  if (security.grants.some(({ grantee }) => grantee === granteeKey('user', name))) {
    throw inUse(`user "${name}" cannot be dropped because the user has a privilege on some object`);
  }
  for (const [table, column, condition] of USER_COLUMNS) {
    const sql = `DELETE FROM ${SECURITY_SCHEMA}.${table} WHERE ${condition} AND lower(${column}) = lower($1)`;
    await write(connection, sql, [name]);
  }
}
