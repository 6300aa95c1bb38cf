import type { Update } from '@aws-sdk/client-dynamodb';
import type { Change, JobPatch } from '../../core/jobs/transition.ts';
import type { JobKey } from '../../core/jobs/job.ts';
import { keys, runningOrder, values, waitingOrder } from './records.ts';

export type ConditionalUpdate = Omit<Update, 'TableName'>;

/**
 * A Change as one conditional update of the job's item. The index of unfinished jobs follows from the new state in the same
 * write: a job is in it exactly while it waits or runs.
 */
export function changeExpression(change: Change): ConditionalUpdate {
  const { expect } = change;
  const index = indexChange(change.key, change.set);
  const set = Object.entries({ ...change.set, ...index.set });
  const remove = [...change.remove, ...index.remove];
  const names = [...set.map(([name]) => name), ...remove, 'state', 'attempt', 'desired_state', 'statement_id'];

  const stateAsDecided = '#state = :expected_state';
  const sameAttempt = '#attempt = :expected_attempt';
  const sameDesire =
    expect.desired_state === undefined
      ? 'attribute_not_exists(#desired_state)'
      : '#desired_state = :expected_desired_state';
  const noStatement = 'attribute_not_exists(#statement_id)';
  const condition = [stateAsDecided, sameAttempt, sameDesire, ...(expect.no_statement ? [noStatement] : [])];

  const settings = set.map(([name]) => `#${name} = :${name}`).join(', ');
  const removals = remove.map((name) => `#${name}`).join(', ');
  const update = `SET ${settings}${removals ? ` REMOVE ${removals}` : ''}`;
  return {
    Key: keys.job(change.key),
    ConditionExpression: condition.join(' AND '),
    UpdateExpression: update,
    ExpressionAttributeNames: namesUsed(names, `${update} ${condition.join(' ')}`),
    ExpressionAttributeValues: values({
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      ':expected_state': expect.state,
      ':expected_attempt': expect.attempt,
      ':expected_desired_state': expect.desired_state,
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** DynamoDB refuses names that no expression uses. */
function namesUsed(names: string[], expressions: string): Record<string, string> {
  const used = names.filter((name) => new RegExp(`#${name}\\b`).test(expressions));
  return Object.fromEntries(used.map((name) => [`#${name}`, name]));
}

interface IndexChange {
  set: Record<string, string>;
  remove: string[];
}

function indexChange(key: JobKey, set: JobPatch): IndexChange {
  if (set.state === undefined) return { set: {}, remove: [] };
  switch (set.state) {
    case 'UploadComplete': {
      const order = waitingOrder({ ...key, queued_at: required(set.queued_at, 'queued_at') });
      return { set: { unfinished: 'WAITING', unfinished_order: order }, remove: [] };
    }
    case 'InProgress': {
      const order = runningOrder({ ...key, started_at: required(set.started_at, 'started_at') });
      return { set: { unfinished: 'RUNNING', unfinished_order: order }, remove: [] };
    }
    case 'Open':
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return { set: {}, remove: ['unfinished', 'unfinished_order'] };
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`A change into this state must set ${name}`);
  return value;
}
