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

interface Request {
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

export interface StatementRequest extends Request {
  readonly sql: string;
}

/** TRANSACTION: all statements or none. AUTO_COMMIT: each by itself. */
export type ExecutionMode = 'TRANSACTION' | 'AUTO_COMMIT';

export interface BatchRequest extends Request {
  readonly sqls: readonly string[];
  readonly mode: ExecutionMode;
}

export type SubmissionRequest = StatementRequest | BatchRequest;

export type ResultFormat = 'JSON' | 'CSV';

interface Run {
  readonly id: string;
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
  /** Aborts it while it runs. */
  readonly cancellation: AbortController;
}

/** A statement that was accepted; the store owns it and the runner moves it through its states. */
export interface Statement extends Run {
  readonly kind: 'statement';
  readonly request: StatementRequest;
  readonly queryId: number;
  /** Rows of the result or rows changed; -1 when not known. */
  resultRows: number;
  result: ResultSet | undefined;
}

/** Statements that were submitted together. They share its session and its cancellation. */
export interface Batch extends Run {
  readonly kind: 'batch';
  readonly request: BatchRequest;
  /** With the ids `<id>:1`, `<id>:2`, ... */
  readonly parts: readonly Statement[];
}

/** Whatever has an id of its own in lists. */
export type Submission = Statement | Batch;

/** The statements of a submission, in their order. */
export const statementsOf = (submission: Submission): readonly Statement[] =>
  submission.kind === 'batch' ? submission.parts : [submission];

export const hasResultSet = (submission: Submission): boolean =>
  statementsOf(submission).some(({ result }) => result !== undefined);

/** Bytes of the results that a submission keeps. */
export const resultBytes = (submission: Submission): number =>
  statementsOf(submission).reduce((sum, { result }) => sum + (result?.bytes ?? 0), 0);

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
