import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../../contract/ids.ts';
import { JobState } from '../../contract/jobs.ts';
import { isFinished } from '../../core/jobs/job.ts';
import type { JobFilter, ListPage } from '../../core/ports.ts';
import { jobPrefix, tenantPartition } from './records.ts';

/** Items that a filtered page reads at once: most of them may be skipped. */
const filteredPage = 500;

const equal = ['state', 'operation', 'object', 'tag'] as const satisfies (keyof JobFilter)[];

/** One page of a tenant's jobs, newest first: the range of ids is part of the key, the filters skip what was read. */
export function listQuery(table: string, tenant: TenantId, page: ListPage): QueryCommandInput {
  const { ids = {}, filter = {} } = page;
  const ofTenant = 'pk = :tenant';
  const inRange = 'sk BETWEEN :first AND :last';
  const { clauses, names, values } = filterExpression(filter);
  return {
    TableName: table,
    KeyConditionExpression: `${ofTenant} AND ${inRange}`,
    ExpressionAttributeValues: {
      ':tenant': { S: tenantPartition(tenant) },
      ':first': { S: `${jobPrefix}${ids.from ?? ''}` },
      ':last': { S: `${jobPrefix}${ids.before ?? '~'}` },
      ...values,
    },
    ...(clauses.length > 0 && { FilterExpression: clauses.join(' AND '), ExpressionAttributeNames: names }),
    ScanIndexForward: false,
    Limit: clauses.length > 0 ? Math.max(page.limit, filteredPage) : page.limit,
  };
}

function filterExpression(filter: JobFilter) {
  const clauses: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, { S: string }> = {};
  for (const name of equal) {
    const value = filter[name];
    if (value === undefined) continue;
    clauses.push(`#${name} = :${name}`);
    names[`#${name}`] = name;
    values[`:${name}`] = { S: value };
  }
  if (filter.is_finished !== undefined) {
    const states = JobState.options.filter((state) => isFinished(state) === filter.is_finished);
    clauses.push(`#state IN (${states.map((_state, index) => `:is${index}`).join(', ')})`);
    names['#state'] = 'state';
    for (const [index, state] of states.entries()) values[`:is${index}`] = { S: state };
  }
  return { clauses, names, values };
}
