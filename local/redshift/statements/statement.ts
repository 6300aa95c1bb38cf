import type { RedshiftType } from '../values/redshift-type.ts';
import type { Caller } from '../identity/caller.ts';
import type { Login } from '../security/warehouse-session.ts';
import type { Session } from '../sessions/session-store.ts';
import type { Field } from '../values/field.ts';

export type StatementStatus = 'SUBMITTED' | 'PICKED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';

/** Where a statement runs, and as whom: a workgroup (the caller's identity) or a cluster with a user or a secret. */
export type StatementTarget =
  | { readonly kind: 'workgroup'; readonly workgroup: string; readonly secretArn: string | undefined }
  | {
      readonly kind: 'cluster';
      readonly cluster: string;
      readonly dbUser: string | undefined;
      readonly secretArn: string | undefined;
    };

export interface ResultColumn {
  readonly name: string;
  readonly type: RedshiftType;
}

export interface ResultSet {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Field[])[];
  /** Bytes of all values. */
  readonly bytes: number;
}

export interface StatementRequest {
  readonly sql: string;
  readonly database: string;
  readonly target: StatementTarget;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly statementName: string | undefined;
  readonly clientToken: string | undefined;
  readonly withEvent: boolean;
  readonly resultFormat: ResultFormat;
  /** As it was asked for. */
  readonly sessionId: string | undefined;
  readonly caller: Caller;
  readonly login: Login;
}

export type ResultFormat = 'JSON' | 'CSV';

/** A statement that was accepted; the store owns it and the runner moves it through its states. */
export interface Statement {
  readonly id: string;
  readonly request: StatementRequest;
  readonly queryId: number;
  readonly pid: number;
  readonly createdAt: Date;
  /** The session that it runs in, if not one of its own. */
  readonly session: Session | undefined;
  status: StatementStatus;
  updatedAt: Date;
  startedAt: Date | undefined;
  /** Nanoseconds. */
  duration: bigint;
  error: string | undefined;
  /** Rows of the result or rows changed; -1 when not known. */
  resultRows: number;
  result: ResultSet | undefined;
  /** Aborts it while it runs. */
  readonly cancellation: AbortController;
}

export function isTerminal(status: StatementStatus): boolean {
  switch (status) {
    case 'FINISHED':
    case 'FAILED':
    case 'ABORTED':
      return true;
    case 'SUBMITTED':
    case 'PICKED':
    case 'STARTED':
      return false;
  }
}
