import type { Update } from '@aws-sdk/client-dynamodb';
import type { Change, JobPatch } from '../../core/jobs/change.ts';
import type { JobKey } from '../../core/jobs/job.ts';
import { keys, runningOrder, values, waitingEntry } from './records.ts';

export type ConditionalUpdate = Omit<Update, 'TableName'>;

/**
 * A Change as one conditional update of the job's item. The index of unfinished jobs follows from the new state in the same
 * write: a job is in it exactly while it waits or runs. What the log is to say is added to its list in the same write.
 */
export function changeExpression(change: Change): ConditionalUpdate {
  const { expect } = change;
  const index = indexChange(change.key, change.set);
  const judged = [...(expect.absent ?? []), ...(expect.present ?? [])];
  const set = Object.entries({ ...change.set, ...index.set });
  const remove = [...change.remove, ...index.remove];
  const names = [...set.map(([name]) => name), ...remove, 'state', 'attempt', 'desired_state', 'log', ...judged];

  const stateAsDecided = '#state = :expected_state';
  const sameAttempt = '#attempt = :expected_attempt';
  const sameDesire =
    expect.desired_state === undefined
      ? 'attribute_not_exists(#desired_state)'
      : '#desired_state = :expected_desired_state';
  const stillAbsent = (expect.absent ?? []).map((name) => `attribute_not_exists(#${name})`);
  const stillPresent = (expect.present ?? []).map((name) => `attribute_exists(#${name})`);
  const sameLog = expect.log_entries === undefined ? [] : ['size(#log) = :expected_log_entries'];
  const condition = [stateAsDecided, sameAttempt, sameDesire, ...stillAbsent, ...stillPresent, ...sameLog];

  const appended = '#log = list_append(if_not_exists(#log, :no_entries), :entries)';
  const appends = change.append.length > 0;
  const settings = [...set.map(([name]) => `#${name} = :${name}`), ...(appends ? [appended] : [])].join(', ');
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
      ':expected_log_entries': expect.log_entries,
      ...(appends && { ':entries': change.append, ':no_entries': [] }),
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
      const queued_at = required(set.queued_at, 'queued_at');
      return { set: waitingEntry({ ...key, queued_at, retry_at: set.retry_at }), remove: [] };
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
