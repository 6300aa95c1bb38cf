import type { DuckDBConnection } from '@duckdb/node-api';
import type { TranslatedSql } from '../sql/pieces.ts';
import { SqlError } from '../sql/sql-error.ts';
import { accessOf } from './access.ts';
import { readCatalog, TEMPORARY } from './catalog.ts';
import type { Command } from './commands/command.ts';
import { insertPrincipal } from './commands/user-commands.ts';
import { QueryGuard } from './guard.ts';
import { createNameLocks, type NameLocks } from './name-locks.ts';
import { sameName } from './principal.ts';
import { loadSecurity } from './security.ts';

/** As whom to connect, and what to do when there is no such user. */
export interface Login {
  readonly user: string;
  /** `create`: the user comes to be, without rights. `administrator`: the identity is trusted with everything. */
  readonly whenMissing: 'refuse' | 'create' | 'administrator';
}

/** What the sessions of one warehouse share. */
export interface Warehouse {
  /** The user who needs no entry and may do everything. */
  readonly administrator: string;
  /** Runs changes of users and rights one after the other, so that none fails by another's change of the same rows. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Of relations that a transaction creates, by session. */
  readonly locks: NameLocks;
}

export function createWarehouse(administrator: string): Warehouse {
  let last: Promise<unknown> = Promise.resolve();
  return {
    administrator,
    locks: createNameLocks(),
    inTurn(work) {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** A connection with its user, as a session keeps it from statement to statement. */
export interface WarehouseSession {
  readonly connection: DuckDBConnection;
  readonly warehouse: Warehouse;
  /** Who connected; undefined is the administrator. */
  readonly sessionUser: string | undefined;
  /** Whose rights count: SET SESSION AUTHORIZATION changes it. */
  currentUser: string | undefined;
  /** Schemas for unqualified names. */
  searchPath: readonly string[];
  /** Between BEGIN and its end; after an error nothing but its end is left to do. */
  transaction: 'none' | 'open' | 'failed';
}

export const DEFAULT_PATH: readonly string[] = ['public', 'main'];

/** To be called when the session's transaction has ended, however it has. */
export function endTransaction(session: WarehouseSession): void {
  session.transaction = 'none';
  session.warehouse.locks.release(session);
}

/** Closes the connection, and with it whatever the session had begun. */
export function disconnect(session: WarehouseSession): void {
  session.connection.closeSync();
  endTransaction(session);
}

/** Runs work in a transaction of its own, or in the one that the session is in. */
export async function inTransaction<T>(session: WarehouseSession, work: () => Promise<T>): Promise<T> {
  if (session.transaction !== 'none') return work();
  await session.connection.run('BEGIN');
  try {
    const done = await work();
    await session.connection.run('COMMIT');
    return done;
  } catch (cause) {
    // What failed may have ended the transaction already.
    await session.connection.run('ROLLBACK').catch(() => undefined);
    throw cause;
  } finally {
    endTransaction(session);
  }
}

const fatal = (user: string): SqlError =>
  new SqlError('42704', `user "${user}" does not exist`, undefined, { severity: 'FATAL' });

async function nameOf(
  connection: DuckDBConnection,
  { user, whenMissing }: Login,
  warehouse: Warehouse,
): Promise<string | undefined> {
  if (sameName(user, warehouse.administrator)) return undefined;
  const find = async (): Promise<string | undefined> => (await loadSecurity(connection)).find('user', user)?.name;
  const known = await find();
  if (known !== undefined) return known;
  switch (whenMissing) {
    case 'administrator':
      return undefined;
    case 'refuse':
      throw fatal(user);
    case 'create':
      return warehouse.inTurn(async () => {
        const meanwhile = await find();
        if (meanwhile === undefined) await insertPrincipal({ connection }, 'user', user);
        return meanwhile ?? user;
      });
  }
}

/** What `current_user` and `session_user` are. */
export async function showUser(session: WarehouseSession): Promise<void> {
  const { connection, warehouse, sessionUser, currentUser } = session;
  const quoted = (name: string | undefined): string => `'${(name ?? warehouse.administrator).replaceAll("'", "''")}'`;
  await connection.run(`SET VARIABLE rs_session_user = ${quoted(sessionUser)}`);
  await connection.run(`SET VARIABLE rs_current_user = ${quoted(currentUser)}`);
}

/** Connects as a user. Rejects with SqlError, FATAL, when there is no such user. */
export async function logIn(
  connection: DuckDBConnection,
  login: Login,
  warehouse: Warehouse,
): Promise<WarehouseSession> {
  const user = await nameOf(connection, login, warehouse);
  const session: WarehouseSession = {
    connection,
    warehouse,
    sessionUser: user,
    currentUser: user,
    searchPath: DEFAULT_PATH,
    transaction: 'none',
  };
  await showUser(session);
  return session;
}

/** What a user may do, for statements to be checked and rewritten; undefined for superusers, who may do everything. */
export async function guardOf(
  session: WarehouseSession,
): Promise<{ guard: QueryGuard; access: ReturnType<typeof accessOf> } | undefined> {
  const { connection, warehouse, currentUser, searchPath } = session;
  const { administrator } = warehouse;
  if (currentUser === undefined) return undefined;
  const security = await loadSecurity(connection);
  const access = accessOf(security, currentUser, administrator);
  if (access.isSuperuser) return undefined;
  const guard = new QueryGuard({
    connection,
    access,
    catalog: await readCatalog(connection),
    path: [TEMPORARY, ...searchPath],
    accessOfOwner: (relation) => accessOf(security, security.ownerOf(relation), administrator),
  });
  return { guard, access };
}

/** A translated query as the session's user may run it. */
export async function protectQuery(session: WarehouseSession, translated: TranslatedSql): Promise<TranslatedSql> {
  const guarded = await guardOf(session);
  return guarded === undefined ? translated : guarded.guard.query(translated);
}

/** Runs a command on users, rights or policies. */
export async function runCommand(session: WarehouseSession, command: Command): Promise<void> {
  const { connection, warehouse, currentUser, searchPath } = session;
  const { administrator } = warehouse;
  const run = (): Promise<void> =>
    inTransaction(session, async () => {
      const security = await loadSecurity(connection);
      const access = accessOf(security, currentUser, administrator);
      const catalog = await readCatalog(connection);
      await command({ connection, security, catalog, access, path: searchPath, administrator });
    });
  await (session.transaction !== 'none' ? run() : warehouse.inTurn(run));
}
