import type { Token } from '../sql/lexer.ts';
import { sqlString } from '../sql/rewriter.ts';
import { SqlError } from '../sql/sql-error.ts';
import { TokenReader } from '../sql/token-reader.ts';
import { accessOf } from './access.ts';
import { readCatalog } from './catalog.ts';
import { sameName } from './principal.ts';
import { loadSecurity } from './security.ts';
import { DEFAULT_PATH, showUser, type WarehouseSession } from './warehouse-session.ts';

/** SET and RESET of what has a meaning here; other settings are taken and ignored. */
export async function applySetting(session: WarehouseSession, tokens: readonly Token[]): Promise<void> {
  const reader = new TokenReader(tokens);
  const resets = reader.takes('reset');
  if (!resets && !reader.takes('set')) return;
  if (reader.takes('session', 'authorization')) {
    const isDefault = resets || reader.takes('default');
    return setUser(session, isDefault ? undefined : userName(reader));
  }
  if (!resets && !reader.takes('session')) reader.takes('local');
  if (reader.takes('search_path')) return setPath(session, resets ? [] : pathOf(reader));
}

function userName(reader: TokenReader): string {
  const token = reader.next;
  if (token?.kind === 'string') return reader.string();
  return reader.name().value;
}

function pathOf(reader: TokenReader): string[] {
  if (!reader.takes('to') && !reader.takesOperator('=')) throw reader.problem();
  if (reader.takes('default')) return [];
  return reader.list(() => {
    if (reader.next?.kind === 'string') return reader.string();
    return reader.name().value;
  });
}

/** Schemas that do not exist are passed over, as Redshift does; an empty path is the default one. */
async function setPath(session: WarehouseSession, names: readonly string[]): Promise<void> {
  const catalog = await readCatalog(session.connection);
  const known = names.filter((name) => catalog.hasSchema(name));
  session.searchPath = known.length === 0 ? DEFAULT_PATH : [...known, 'main'];
  await session.connection.run(`SET search_path = ${sqlString(session.searchPath.map(quoted).join(','))}`);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** For superusers, to see what somebody else would. */
async function setUser(session: WarehouseSession, name: string | undefined): Promise<void> {
  const { connection, warehouse, sessionUser } = session;
  const { administrator } = warehouse;
  const security = await loadSecurity(connection);
  if (name !== undefined && !accessOf(security, sessionUser, administrator).isSuperuser) {
    throw new SqlError('42501', 'permission denied to set session authorization');
  }
  const isAdministrator = name !== undefined && sameName(name, administrator);
  const user = name === undefined ? sessionUser : isAdministrator ? undefined : security.find('user', name)?.name;
  if (user === undefined && name !== undefined && !isAdministrator) {
    throw new SqlError('42704', `user "${name}" does not exist`);
  }
  session.currentUser = user;
  await showUser(session);
}
