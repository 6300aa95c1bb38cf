import type { ExecuteStatementCommandInput } from '@aws-sdk/client-redshift-data';
import type { World } from '../harness.ts';

/** A cluster connection as this database user. */
export const as = (DbUser: string): Partial<ExecuteStatementCommandInput> => ({
  WorkgroupName: undefined,
  ClusterIdentifier: 'dw',
  DbUser,
});

/** Runs statements that must all succeed, as the administrator or as somebody else. */
export async function all(world: World, statements: readonly string[], who = as('awsuser')): Promise<void> {
  for (const sql of statements) {
    const { Status, Error: error } = await world.run(sql, { ...who, WaitTimeSeconds: 30 });
    if (Status !== 'FINISHED') throw new Error(`${sql}: ${String(error)}`);
  }
}

/** The error of a statement that must fail. */
export async function failure(world: World, sql: string, who = as('awsuser')): Promise<string> {
  const { Status, Error: error } = await world.run(sql, { ...who, WaitTimeSeconds: 30 });
  if (Status !== 'FAILED') throw new Error(`${sql} ended ${String(Status)}`);
  return error ?? '';
}
