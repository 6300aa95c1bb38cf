import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Job } from '../../core/jobs/job.ts';
import { type DailyQuota, shardsOf } from '../../core/rate-limit/daily-quota.ts';
import { keys } from './records.ts';

/** Counts a job of a tenant's day in one of the quota's shards, unless that is full. */
export function countJob(table: string, { tenant_id }: Job, quota: DailyQuota, shard: number): TransactWriteItem {
  const nobodyYet = 'attribute_not_exists(jobs)';
  const roomLeft = 'jobs < :most';
  return {
    Update: {
      TableName: table,
      Key: keys.quota(tenant_id, quota.day, shard),
      UpdateExpression: 'SET #type = :type, #ttl = :ttl ADD jobs :one',
      ConditionExpression: `${nobodyYet} OR ${roomLeft}`,
      ExpressionAttributeNames: { '#type': 'type', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':type': { S: 'quota' },
        ':ttl': { N: String(quota.ttl) },
        ':one': { N: '1' },
        ':most': { N: String(shardsOf(quota.jobs)[shard] ?? 0) },
      },
    },
  };
}

/** Tenants and days whose full shards are remembered; the oldest go first. */
const remembered = 1000;

/** Which shards a job is counted in: one by its id, and the others only where that is full. What is full stays full that day. */
export class QuotaShards {
  readonly #full = new Map<string, Set<number>>();

  toTry(job: Job, quota: DailyQuota): { shards: number[]; full: (shard: number) => void } {
    const name = `${job.tenant_id}/${quota.day}/${quota.jobs}`;
    const full = this.#full.get(name) ?? new Set<number>();
    const count = shardsOf(quota.jobs).length;
    const first = job.job_id.charCodeAt(job.job_id.length - 1) % count;
    const all = Array.from({ length: count }, (_, step) => (first + step) % count);
    const open = all.filter((shard) => !full.has(shard));
    return {
      // When all are full one is asked all the same: a key that was used is answered although the quota is.
      shards: open.length > 0 ? open : [first],
      full: (shard) => {
        const oldest = this.#full.keys().next();
        if (!this.#full.has(name) && this.#full.size >= remembered && !oldest.done) this.#full.delete(oldest.value);
        this.#full.set(name, full.add(shard));
      },
    };
  }
}
