import type { TokenReader } from '../../sql/token-reader.ts';
import { SqlError } from '../../sql/sql-error.ts';
import type { Grantee } from '../principal.ts';
import type { Relation } from '../relation.ts';
import { SECURITY_SCHEMA, write } from '../state.ts';
import {
  denied,
  grantee,
  notThere,
  principalName,
  relationOf,
  requireExisting,
  requireSecurityAdmin,
  type Command,
  type CommandContext,
} from './command.ts';
import { changeRoleMembers } from './role-commands.ts';

const ON_RELATION = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES', 'TRUNCATE', 'DROP', 'ALTER'];
const ON_SCHEMA = ['CREATE', 'USAGE', 'ALTER', 'DROP'];

type Objects =
  | { readonly kind: 'schemas'; readonly names: readonly string[] }
  | { readonly kind: 'relations'; readonly names: readonly Relation[] }
  | { readonly kind: 'all tables'; readonly schemas: readonly string[] };

function objects(reader: TokenReader): Objects {
  if (reader.takes('schema')) return { kind: 'schemas', names: reader.list(() => reader.name().value) };
  if (reader.takes('all', 'tables', 'in', 'schema')) {
    return { kind: 'all tables', schemas: reader.list(() => reader.name().value) };
  }
  if (reader.sees('database') || reader.sees('function') || reader.sees('language')) {
    throw new SqlError(
      '0A000',
      `GRANT on a ${reader.next?.value ?? ''} is not supported by this engine`,
      reader.position,
    );
  }
  reader.takes('table');
  return { kind: 'relations', names: reader.list(() => reader.relation()) };
}

function privileges(reader: TokenReader): readonly string[] | 'all' {
  if (reader.takes('all')) {
    reader.takes('privileges');
    return 'all';
  }
  return reader.list(() => reader.word().value.toUpperCase());
}

/** What is to be granted or revoked, object by object; the right to do so is checked. */
function targets(
  context: CommandContext,
  wanted: readonly string[] | 'all',
  on: Objects,
): [string, Relation, string][] {
  const { access, catalog } = context;
  const known = on.kind === 'schemas' ? ON_SCHEMA : ON_RELATION;
  const asked = wanted === 'all' ? known : wanted;
  const odd = asked.find((privilege) => !known.includes(privilege));
  if (odd !== undefined)
    throw new SqlError('42601', `invalid privilege type ${odd} for ${on.kind === 'schemas' ? 'schema' : 'relation'}`);
  const requireSchema = (name: string): void => {
    if (!catalog.hasSchema(name)) throw new SqlError('3F000', `schema "${name}" does not exist`);
  };
  if (on.kind === 'schemas') {
    return on.names.flatMap((schema) => {
      requireSchema(schema);
      if (!access.isSuperuser) throw denied(`permission denied for schema ${schema}`);
      return asked.map((privilege): [string, Relation, string] => ['schema', { schema, name: '' }, privilege]);
    });
  }
  if (on.kind === 'all tables') on.schemas.forEach(requireSchema);
  const relations =
    on.kind === 'relations'
      ? on.names.map((name) => relationOf(context, name))
      : on.schemas.flatMap((schema) => catalog.inSchema(schema));
  return relations.flatMap(({ schema, name }) =>
    asked.map((privilege): [string, Relation, string] => {
      if (!access.mayGrant(privilege, { schema, name })) throw denied(`permission denied for relation ${name}`);
      return ['relation', { schema, name }, privilege];
    }),
  );
}

async function change(
  { connection }: CommandContext,
  object: string,
  { schema, name }: Relation,
  privilege: string,
  { kind, name: to }: Grantee,
  grantable: boolean | undefined,
): Promise<void> {
  const values = [object, schema, name, privilege, kind, to];
  await write(
    connection,
    `DELETE FROM ${SECURITY_SCHEMA}.grants WHERE object = $1 AND lower(schema_name) = lower($2) AND lower(name) = lower($3)
       AND privilege = $4 AND grantee_kind = $5 AND lower(grantee) = lower($6)`,
    values,
  );
  if (grantable === undefined) return;
  await write(connection, `INSERT INTO ${SECURITY_SCHEMA}.grants VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
    ...values,
    grantable,
  ]);
}

/** GRANT { IGNORE | EXPLAIN } RLS TO ROLE r */
function rowSecurityRight(reader: TokenReader, gives: boolean): Command {
  const privilege = `${reader.word().value.toUpperCase()} RLS`;
  reader.expect('rls', gives ? 'to' : 'from');
  const to = reader.list(() => grantee(reader));
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, `grant ${privilege}`);
    for (const one of to) {
      requireExisting(context, one);
      if (one.kind !== 'role') throw denied(`${privilege} is granted to roles only`);
      await change(context, 'system', { schema: '', name: '' }, privilege, one, gives ? false : undefined);
    }
  };
}

/** GRANT SELECT ON lookup TO RLS POLICY p: policies read their lookup tables anyway, so there is nothing to note. */
function toPolicy(reader: TokenReader): Command {
  const names = reader.list(() => principalName(reader));
  reader.end();
  return (context) => {
    requireSecurityAdmin(context, 'grant to RLS policy');
    for (const name of names) {
      if (!context.security.policies.some((policy) => policy.name === name)) throw notThere('RLS policy', name);
    }
    return Promise.resolve();
  };
}

/** GRANT and REVOKE of everything. */
export function grantCommand(reader: TokenReader, gives: boolean): Command {
  if (reader.sees('role')) return changeRoleMembers(reader, gives);
  if (reader.sees('ignore', 'rls') || reader.sees('explain', 'rls')) return rowSecurityRight(reader, gives);
  const onlyOption = !gives && reader.takes('grant', 'option', 'for');
  const wanted = privileges(reader);
  reader.expect('on');
  const on = objects(reader);
  reader.expect(gives ? 'to' : 'from');
  if (reader.takes('rls', 'policy')) return toPolicy(reader);
  const to = reader.list(() => grantee(reader));
  const grantable = gives ? reader.takes('with', 'grant', 'option') : onlyOption ? false : undefined;
  if (!reader.takes('cascade')) reader.takes('restrict');
  reader.end();
  return async (context) => {
    for (const one of to) requireExisting(context, one);
    for (const [object, relation, privilege] of targets(context, wanted, on)) {
      for (const one of to) await change(context, object, relation, privilege, one, grantable);
    }
  };
}
