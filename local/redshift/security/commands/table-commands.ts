import type { TokenReader } from '../../sql/token-reader.ts';
import type { Relation } from '../relation.ts';
import { SECURITY_SCHEMA, write } from '../state.ts';
import { denied, exists, notThere, principalName, relationOf, requireSecurityAdmin, type Command } from './command.ts';

const inRow = 'lower(schema_name) = lower($1) AND lower(name) = lower($2)';

/** ALTER TABLE t ROW LEVEL SECURITY {ON [CONJUNCTION TYPE {AND | OR}] | OFF} */
export function rowLevelSecurity(reader: TokenReader, named: Relation): Command {
  const isOn = reader.takes('on');
  if (!isOn) reader.expect('off');
  let conjunction = 'AND';
  if (reader.takes('conjunction', 'type')) conjunction = reader.word().value.toUpperCase();
  if (!['AND', 'OR'].includes(conjunction)) throw reader.problem();
  if (reader.takes('for')) reader.expect('datashares');
  reader.end();
  return async (context) => {
    requireSecurityAdmin(context, 'alter row level security');
    const relation = relationOf(context, named);
    const values = [relation.schema, relation.name];
    await write(context.connection, `DELETE FROM ${SECURITY_SCHEMA}.protections WHERE ${inRow}`, values);
    if (isOn) {
      const sql = `INSERT INTO ${SECURITY_SCHEMA}.protections VALUES ($1, $2, $3)`;
      await write(context.connection, sql, [...values, conjunction]);
    }
  };
}

/** ALTER TABLE t OWNER TO u */
export function changeOwner(reader: TokenReader, named: Relation): Command {
  const owner = principalName(reader);
  reader.end();
  return async (context) => {
    const relation = relationOf(context, named);
    if (!context.access.isSuperuser && !context.access.owns(relation)) {
      throw denied(`must be owner of relation ${relation.name}`);
    }
    if (!exists(context, 'user', owner)) throw notThere('user', owner);
    const values = [relation.schema, relation.name];
    await write(context.connection, `DELETE FROM ${SECURITY_SCHEMA}.owners WHERE ${inRow}`, values);
    if (context.security.find('user', owner) === undefined) return;
    await write(context.connection, `INSERT INTO ${SECURITY_SCHEMA}.owners VALUES ($1, $2, $3)`, [...values, owner]);
  };
}
