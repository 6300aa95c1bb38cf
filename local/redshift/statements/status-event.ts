import type { Submission } from './statement.ts';

/** Where the server pretends to be. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

/** What EventBridge gets when a statement that asked for it has ended. It carries no error text, as the real one. */
export interface StatementEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Redshift Data Statement Status Change';
  readonly source: 'aws.redshift-data';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly principal: string;
    readonly statementName: string;
    readonly statementId: string;
    readonly redshiftQueryId: number;
    readonly state: 'FINISHED' | 'FAILED' | 'ABORTED';
    readonly rows: number;
    /** Seconds since 1970. */
    readonly expireAt: number;
  };
}

const DAY_SECONDS = 86_400;

function resource({ request: { target } }: Submission, { region, account }: Place): string {
  switch (target.kind) {
    case 'cluster':
      return `arn:aws:redshift:${region}:${account}:cluster:${target.cluster}`;
    case 'workgroup':
      return `arn:aws:redshift-serverless:${region}:${account}:workgroup/${target.workgroup}`;
  }
}

/** The one event of a statement or batch that has ended. */
export function statementEvent(submission: Submission, place: Place, id: string): StatementEvent {
  const { status } = submission;
  if (status !== 'FINISHED' && status !== 'FAILED' && status !== 'ABORTED') throw new Error(`${status} is not an end`);
  return {
    version: '0',
    id,
    'detail-type': 'Redshift Data Statement Status Change',
    source: 'aws.redshift-data',
    account: place.account,
    time: submission.updatedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: place.region,
    resources: [resource(submission, place)],
    detail: {
      principal: submission.request.caller.arn,
      statementName: submission.request.statementName ?? '',
      statementId: submission.id,
      redshiftQueryId: submission.kind === 'batch' ? -1 : submission.queryId,
      state: status,
      rows: submission.kind === 'batch' ? -1 : submission.resultRows,
      expireAt: Math.floor(submission.createdAt.getTime() / 1000) + DAY_SECONDS,
    },
  };
}
