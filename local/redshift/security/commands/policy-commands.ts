import { withoutSource } from '../../sql/edits.ts';
import { fromEngineError } from '../../sql/engine-errors.ts';
import { tokenize } from '../../sql/lexer.ts';
import { sqlName } from '../../sql/rewriter.ts';
import { splitAtCommas } from '../../sql/spans.ts';
import { SqlError } from '../../sql/sql-error.ts';
import type { TokenReader } from '../../sql/token-reader.ts';
import { createRewriter, translate } from '../../sql/translate.ts';
import type { Grantee } from '../principal.ts';
import { queryTree } from '../query-tree.ts';
import { relationKey, relationSql, type Relation } from '../relation.ts';
import type { Policy } from '../security.ts';
import { SECURITY_SCHEMA, write } from '../state.ts';
import {
  alreadyThere,
  denied,
  grantee,
  inUse,
  notThere,
  relationOf,
  requireExisting,
  requireSecurityAdmin,
  type Command,
  type CommandContext,
} from './command.ts';

function policyOf({ security }: CommandContext, name: string): Policy {
  const policy = security.policies.find((known) => known.name === name);
  if (policy === undefined) throw notThere('RLS policy', name);
  return policy;
}

interface Draft extends Policy {
  /** Columns with their types, as the engine declares them. */
  readonly declared: readonly string[];
}

function usingClause(reader: TokenReader): string {
  reader.expect('using');
  const { lo, hi } = reader.brackets();
  if (lo >= hi) throw reader.problem();
  return reader.tokens
    .slice(lo, hi)
    .map((token) => token.text)
    .join(' ');
}

/** CREATE RLS POLICY p [WITH (column type, ...) [AS alias]] USING (condition) */
export function createPolicy(reader: TokenReader): Command {
  const name = reader.name().value;
  const columns: string[] = [];
  const declared: string[] = [];
  let alias = '';
  if (reader.takes('with')) {
    const inside = reader.brackets();
    const rewriter = createRewriter(reader.tokens);
    for (const span of splitAtCommas(reader.tokens, inside)) {
      const column = reader.tokens[span.lo]?.value ?? '';
      columns.push(column);
      const type = rewriter
        .rewrite(span)
        .slice(1)
        .map((piece) => piece.text);
      declared.push(`CAST(NULL AS ${type.join(' ')}) AS ${sqlName(column)}`);
    }
    if (reader.takes('as') || !reader.sees('using')) alias = reader.name().value;
  }
  const expression = usingClause(reader);
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'create RLS policy');
    if (context.security.policies.some((policy) => policy.name === name)) throw alreadyThere('RLS policy', name);
    await checkPolicy(context, { name, columns, alias, expression, declared });
    const values = [name, columns.join('\n'), alias, expression];
    await write(context.connection, `INSERT INTO ${SECURITY_SCHEMA}.policies VALUES ($1, $2, $3, $4)`, values);
  };
}

/** A policy may read its declared columns and plain tables without row-level security, and nothing else. */
async function checkPolicy({ connection, catalog, security }: CommandContext, policy: Draft): Promise<void> {
  const columns = policy.declared.length === 0 ? '1 AS rs_none' : policy.declared.join(', ');
  const tokens = tokenize(policy.expression);
  const head = `SELECT 1 FROM (SELECT ${columns}) AS ${sqlName(policy.alias === '' ? 'rs_row' : policy.alias)} WHERE (`;
  const sql = `${head}${translate(tokens).sql})`;
  try {
    (await connection.prepare(sql)).destroySync();
    const { relations } = await queryTree(connection, sql);
    for (const { schema, name } of relations) {
      const entry = catalog.find(schema, name, ['public', 'main']);
      const isPlain = entry?.kind === 'table' && security.protectionOf(entry) === undefined;
      if (!isPlain) throw new SqlError('0A000', `an RLS policy cannot look up ${name}: it is no plain table`);
    }
  } catch (cause) {
    throw fromEngineError(cause, [], withoutSource(''));
  }
}

/** ALTER RLS POLICY p USING (condition) */
export function alterPolicy(reader: TokenReader): Command {
  const name = reader.name().value;
  const expression = usingClause(reader);
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'alter RLS policy');
    policyOf(context, name);
    const sql = `UPDATE ${SECURITY_SCHEMA}.policies SET expression = $2 WHERE name = $1`;
    await write(context.connection, sql, [name, expression]);
  };
}

/** DROP RLS POLICY [IF EXISTS] p, ... [CASCADE] */
export function dropPolicy(reader: TokenReader): Command {
  const mayMiss = reader.takes('if', 'exists');
  const names = reader.list(() => reader.name().value);
  const cascades = reader.takes('cascade');
  if (!cascades) reader.takes('restrict');
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'drop RLS policy');
    const { connection, security } = context;
    for (const name of names) {
      if (mayMiss && !security.policies.some((policy) => policy.name === name)) continue;
      policyOf(context, name);
      const [attached] = security.attachmentsOf(name);
      if (attached !== undefined && !cascades) {
        throw inUse(`cannot drop RLS policy ${name} because it is attached to relation ${attached.name}`);
      }
      await write(connection, `DELETE FROM ${SECURITY_SCHEMA}.attachments WHERE policy = $1`, [name]);
      await write(connection, `DELETE FROM ${SECURITY_SCHEMA}.policies WHERE name = $1`, [name]);
    }
  };
}

/** {ATTACH | DETACH} RLS POLICY p ON [TABLE] t, ... {TO | FROM} u | ROLE r | PUBLIC, ... */
export function changeAttachment(reader: TokenReader, attaches: boolean): Command {
  const name = reader.name().value;
  reader.expect('on');
  reader.takes('table');
  const relations = reader.list(() => reader.relation());
  reader.expect(attaches ? 'to' : 'from');
  const grantees = reader.list(() => grantee(reader));
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, attaches ? 'attach RLS policy' : 'detach RLS policy');
    const policy = policyOf(context, name);
    for (const named of relations) {
      const { schema, name: relation } = relationOf(context, named);
      if (attaches) await checkFit(context, policy, { schema, name: relation });
      for (const to of grantees) await attach(context, policy, { schema, name: relation }, to, attaches);
    }
  };
}

async function attach(
  context: CommandContext,
  policy: Policy,
  relation: Relation,
  to: Grantee,
  attaches: boolean,
): Promise<void> {
  requireExisting(context, to);
  if (to.kind === 'group') throw denied('RLS policies are attached to users and roles, not to groups');
  const values = [policy.name, relation.schema, relation.name, to.kind, to.name];
  const removed = await write(
    context.connection,
    `DELETE FROM ${SECURITY_SCHEMA}.attachments WHERE policy = $1 AND lower(schema_name) = lower($2)
       AND lower(name) = lower($3) AND grantee_kind = $4 AND lower(grantee) = lower($5)`,
    values,
  );
  if (attaches)
    await write(context.connection, `INSERT INTO ${SECURITY_SCHEMA}.attachments VALUES ($1, $2, $3, $4, $5)`, values);
  else if (removed === 0)
    throw new SqlError('42704', `RLS policy "${policy.name}" is not attached to relation "${relation.name}"`);
}

/** The relation must have the policy's columns, and all its policies call it by the same alias. */
async function checkFit({ connection, security }: CommandContext, policy: Policy, relation: Relation): Promise<void> {
  const others = security.policies.filter((other) =>
    security.attachmentsOf(other.name).some((known) => relationKey(known) === relationKey(relation)),
  );
  const other = others.find(({ alias }) => alias !== policy.alias);
  if (other !== undefined) {
    throw new SqlError(
      '42P17',
      `RLS policy "${policy.name}" must have the same alias as RLS policy "${other.name}" on relation "${relation.name}"`,
    );
  }
  const tokens = tokenize(policy.expression);
  const alias = sqlName(policy.alias === '' ? relation.name : policy.alias);
  const columns = policy.columns.map((column) => `${alias}.${sqlName(column)}`);
  const sql = `SELECT ${columns.length === 0 ? '1' : columns.join(', ')} FROM ${relationSql(relation)} AS ${alias} WHERE (${translate(tokens).sql})`;
  try {
    (await connection.prepare(sql)).destroySync();
  } catch (cause) {
    throw fromEngineError(cause, [], withoutSource(''));
  }
}
