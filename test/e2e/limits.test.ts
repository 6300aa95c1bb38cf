import { loadProbes } from './support/load-probes.ts';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { fixedLimits } from '../../contract/limits.ts';
import { limitName, type SettingName, Settings, settingNames } from '../../contract/settings.ts';
import { statementsOf, type StatementStatus, type Submission } from '../../local/redshift/statements/statement.ts';
import type { Limits } from '../../contract/service.ts';
import { startService, type Client, type Service, until } from './harness.ts';
import { endless, queryProbes } from './support/query-probes.ts';
import { bodyOf, post, query, requestProbes } from './support/request-probes.ts';
import { uploadProbes } from './support/upload-probes.ts';
import { stageIsThrottled } from './support/throttling.ts';

/** None is its default, so that what is in force is what was set. */
const set = {
  SPECTRA_JOB_TTL_DAYS: '3',
  SPECTRA_RESULT_TTL_DAYS: '2',
  SPECTRA_PRESIGNED_URL_EXPIRY: '120',
  SPECTRA_BULK_MAX_CONCURRENT_JOBS: '1',
  SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: '2',
  SPECTRA_BULK_JOB_TIMEOUT_HOURS: '2',
  SPECTRA_BULK_MAX_FILE_SIZE_MB: '64',
  SPECTRA_LOAD_MAX_FILE_SIZE_MB: '60000',
  SPECTRA_MAX_ATTEMPTS: '1',
  SPECTRA_RESULT_SIZE_THRESHOLD: '7',
  SPECTRA_DEFAULT_TIMEOUT_SECONDS: '2',
  SPECTRA_SWEEP_GRACE_SECONDS: '5',
  SPECTRA_API_REQUESTS_PER_SECOND: '150',
  SPECTRA_API_REQUEST_BURST: '400',
  SPECTRA_API_REQUESTS_PER_DAY: '1000000',
  SPECTRA_TENANT_REQUESTS_PER_SECOND: '40',
  SPECTRA_TENANT_REQUEST_BURST: '120',
  SPECTRA_TENANT_JOBS_PER_DAY: '40',
  SPECTRA_TENANT_MAX_WAITING_JOBS: '3',
} as const satisfies Record<SettingName, string>;

let service: Service;
let limits: Map<string, number>;
beforeAll(async () => {
  const onStatus = (submission: Submission, status: StatementStatus) =>
    status === 'STARTED' && statementsOf(submission).some(({ request }) => request.sql.includes('disk_full'))
      ? Promise.reject(new Error('Disk Full'))
      : Promise.resolve();
  service = await startService({ settings: set, warehouse: { onStatus } });
  service.aws.schedules.pause();
  const { body } = await service.anybody().call<Limits>('GET', '/limits');
  limits = new Map(body.limits.map(({ name, value }) => [name, value]));
});
afterAll(() => service.stop());

const day = 86_400_000;
const limit = (name: string): number => limits.get(name) ?? Number.NaN;
const times = async (count: number, act: () => Promise<unknown>) => {
  for (let at = 0; at < count; at += 1) await act();
};
const daysBetween = (from: string | null, to: string | null) => (Date.parse(to ?? '') - Date.parse(from ?? '')) / day;

const alter = (tenant: string, jobId: string, name: string, value: { S: string } | { N: string }) =>
  service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: { pk: { S: `TENANT#${tenant}` }, sk: { S: `JOB#${jobId}` } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
const itemOf = async (tenant: string, sk: string) => {
  const Key = { pk: { S: `TENANT#${tenant}` }, sk: { S: sk } };
  const command = new GetItemCommand({ TableName: service.table.name, Key, ConsistentRead: true });
  return (await service.table.client.send(command)).Item ?? {};
};
async function sweep(): Promise<void> {
  service.aws.schedules.run('SweepJobs/EachMinute/Rule');
  await service.aws.events.settled();
}

/** Jobs of one tenant that cannot end; whoever starts them cancels them. */
async function withEndless(client: Client, count: number, look: (ids: string[]) => Promise<void>): Promise<void> {
  const ids: string[] = [];
  try {
    await times(count, async () => ids.push((await client.start(endless)).job_id));
    await client.inState(ids[0] ?? '', 'InProgress');
    await look(ids);
  } finally {
    for (const id of ids.toReversed()) await client.call('POST', `/bulk/jobs/${id}/abort`);
    for (const id of ids) await client.finished(id);
  }
}

type Probe = (value: number, client: Client, tenant: string) => Promise<void>;

/** What each limit of /limits does at its value and just beyond it: the value is that of /limits, the effect that of the service. */
const probes: Readonly<Record<string, Probe>> = {
  job_ttl_days: async (value, client) => {
    const job = await client.create({ query });
    expect(daysBetween(job.created_at, job.expires_at)).toBe(value);
  },
  result_ttl_days: async (value, client) => {
    const job = await client.complete(query);
    expect(daysBetween(job.completed_at, job.expires_at)).toBe(value);
  },
  presigned_url_expiry: async (value, client) => {
    const { job_id } = await client.complete(query, { single_file: true });
    const { download_url } = await client.results(job_id);
    expect(new URL(download_url ?? '').searchParams.get('X-Amz-Expires')).toBe(String(value));
  },
  bulk_max_concurrent_jobs: (value, client) =>
    withEndless(client, value + 1, async ([, second = '']) => {
      expect((await client.list('?state=InProgress')).jobs).toHaveLength(value);
      expect((await client.read(second)).state).toBe('UploadComplete');
    }),
  cluster_max_concurrent_jobs: async (value, client) => {
    const [second, third] = [await service.tenant('cluster-2'), await service.tenant('cluster-3')];
    await withEndless(client, 1, () =>
      withEndless(second, value - 1, async () => {
        const { job_id } = await third.start(endless);
        await service.aws.events.settled();
        expect((await third.read(job_id)).state).toBe('UploadComplete');
        await third.call('POST', `/bulk/jobs/${job_id}/abort`);
      }),
    );
  },
  bulk_job_timeout_hours: (value, client, tenant) =>
    withEndless(client, 1, async ([id = '']) => {
      await until('the statement', async () => (await itemOf(tenant, `JOB#${id}`)).statement_id);
      const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
      const asOld = async (hours: number) => {
        await alter(tenant, id, 'started_at', { S: hoursAgo(hours) });
        await alter(tenant, id, 'updated_at', { S: hoursAgo(hours) });
        await sweep();
        return (await itemOf(tenant, `JOB#${id}`)).desired_state?.S ?? (await client.read(id)).state;
      };
      expect(await asOld(value - 0.05)).toBe('InProgress');
      expect(await asOld(value + 0.05)).toBe('Failed');
    }),
  bulk_max_file_size_mb: async (value, client) => {
    expect((await post(client, { query, max_file_size_mb: value })).status).toBe(201);
    expect((await post(client, { query, max_file_size_mb: value + 1 })).text).toContain('"/max_file_size_mb"');
  },
  ...queryProbes,
  max_attempts: async (value, client) => {
    const { job_id } = await client.start('SELECT 1 AS disk_full');
    expect(await client.finished(job_id)).toMatchObject({
      state: 'Failed',
      attempt: value,
      error: { retryable: true },
    });
  },
  tombstone_days: async (value, client, tenant) => {
    const { job_id } = await client.complete(query);
    const expired = Math.floor(Date.now() / 1000) - 60;
    await alter(tenant, job_id, 'ttl', { N: String(expired) });
    await service.aws.expireItems();
    const { ttl } = await until('its tombstone', async () => {
      const item = await itemOf(tenant, `TOMBSTONE#${job_id}`);
      return item.ttl ? item : undefined;
    });
    expect(Number(ttl?.N) - expired).toBe(value * 86_400);
  },
  sweep_grace_seconds: async (value, client, tenant) => {
    service.aws.events.dropEvents(1);
    const { job_id } = await client.start(query);
    await until('the statement to end', async () =>
      (await service.warehouse.statementsOf(job_id)).find(({ Status }) => Status === 'FINISHED'),
    );
    await until('the statement', async () => (await itemOf(tenant, `JOB#${job_id}`)).statement_id);
    const quiet = (seconds: number) =>
      alter(tenant, job_id, 'updated_at', { S: new Date(Date.now() - seconds * 1000).toISOString() });
    await quiet(value - 4);
    await sweep();
    expect((await client.read(job_id)).state).toBe('InProgress');
    await quiet(value + 1);
    await sweep();
    expect((await client.read(job_id)).state).toBe('JobComplete');
  },
  api_requests_per_second: () =>
    stageIsThrottled(service.aws.apiUrl, limit('api_requests_per_second'), limit('api_request_burst')),
  api_request_burst: () =>
    stageIsThrottled(service.aws.apiUrl, limit('api_requests_per_second'), limit('api_request_burst')),
  // Kept by AWS alone: test/infra/http-api.test.ts holds the usage plan to the setting.
  api_requests_per_day: async (value) => {
    expect(String(value)).toBe(set.SPECTRA_API_REQUESTS_PER_DAY);
    expect(service.aws.ignored.map(({ type }) => type)).toContain('AWS::ApiGateway::UsagePlan');
    await Promise.resolve();
  },
  tenant_requests_per_second: async (value, client) => {
    const { headers } = await client.call('GET', '/bulk/jobs?limit=1');
    expect(headers.get('ratelimit-policy')).toContain(`;w=${Math.ceil(limit('tenant_request_burst') / value)}`);
  },
  tenant_request_burst: async (value, client) => {
    const first = await client.call('GET', '/bulk/jobs?limit=1');
    expect(first.headers.get('ratelimit-policy')).toContain(`"tenant";q=${value};`);
    expect(first.headers.get('ratelimit')).toContain(`;r=${value - 1};`);
  },
  tenant_jobs_per_day: async (value, client) => {
    await times(value, async () => expect((await post(client, { query })).status).toBe(201));
    const { status, text } = await post(client, { query });
    expect({ status, code: bodyOf(text).code, limit: bodyOf(text).limit }).toEqual({
      status: 429,
      code: 'QUOTA_EXCEEDED',
      limit: 'tenant_jobs_per_day',
    });
  },
  tenant_max_waiting_jobs: (value, client) =>
    withEndless(client, 1, async () => {
      const waiting: string[] = [];
      await times(value, async () => waiting.push((await client.start(endless)).job_id));
      const { status, text } = await post(client, { query, start: true });
      expect({ status, code: bodyOf(text).code }).toEqual({ status: 429, code: 'BACKLOG_FULL' });
      for (const id of waiting) await client.call('POST', `/bulk/jobs/${id}/abort`);
    }),
  ...requestProbes,
  ...uploadProbes,
  ...loadProbes(() => service.warehouse),
  runs_per_job: async (value, client, tenant) => {
    const { job_id } = await client.create({ query });
    const again = async () => {
      await client.call('POST', `/bulk/jobs/${job_id}/abort`);
      return (await client.call('POST', `/bulk/jobs/${job_id}/retry`)).status;
    };
    await client.call('POST', `/bulk/jobs/${job_id}/abort`);
    await alter(tenant, job_id, 'attempt', { N: String(value - 1) });
    expect(await again()).toBe(202);
    await client.call('POST', `/bulk/jobs/${job_id}/abort`);
    await client.finished(job_id);
    expect(await again()).toBe(409);
  },
  page_size: async (value, client) => {
    expect((await client.call('GET', `/bulk/jobs?limit=${value}`)).status).toBe(200);
    expect((await client.call('GET', `/bulk/jobs?limit=${value + 1}`)).status).toBe(400);
  },
  wait_seconds: async (value, client) => {
    const { job_id } = await client.complete(query);
    const changed = { headers: { 'if-none-match': '"another"' } };
    expect((await client.call('GET', `/bulk/jobs/${job_id}?wait=${value}`, changed)).status).toBe(200);
    expect((await client.call('GET', `/bulk/jobs/${job_id}?wait=${value + 1}`, changed)).status).toBe(400);
  },
  idempotency_key_characters: async (value, client) => {
    const keyed = (length: number) => post(client, { query }, { 'idempotency-key': 'k'.repeat(length) });
    expect((await keyed(value)).status).toBe(201);
    expect((await keyed(value + 1)).status).toBe(400);
  },
  idempotency_hours: async (value, client, tenant) => {
    const before = Math.floor(Date.now() / 1000);
    await client.create({ query }, { 'idempotency-key': 'k' });
    const { ttl } = await keyItem(tenant);
    expect(Number(ttl?.N) - before - value * 3600).toBeGreaterThanOrEqual(0);
    expect(Number(ttl?.N) - before - value * 3600).toBeLessThanOrEqual(10);
  },
  idempotency_lease_seconds: async (value) => {
    // The Lambda is dead before its lease is over; test/races/idempotency.test.ts shows what then happens.
    expect(value).toBe(fixedLimits.idempotency_lease_seconds.value);
    await Promise.resolve();
  },
};

async function keyItem(tenant: string) {
  const { Sha256Hasher } = await import('../../adapters/crypto/hasher.ts');
  return itemOf(tenant, `IDEMPOTENCY#${new Sha256Hasher().hash('k')}`);
}

it('/limits has every setting as it is set and every fixed limit, and each has a probe here', () => {
  const settings = Settings.parse(set);
  const expected = [
    ...settingNames.map((name) => [limitName(name), settings[name]] as const),
    ...Object.entries(fixedLimits).map(([name, { value }]) => [name, value] as const),
  ];
  expect([...limits].sort()).toEqual(expected.toSorted());
  expect(Object.keys(probes).sort()).toEqual([...limits.keys()].sort());
});

describe.each(Object.keys(probes))('%s', (name) => {
  it('is in force as /limits tells it', async () => {
    const tenant = name.replaceAll('_', '-');
    await probes[name]?.(limit(name), await service.tenant(tenant), tenant);
  });
});

it('every answer tells the rate, one that is refused before the service is asked included', async () => {
  const client = await service.tenant('told');
  const { job_id } = await client.create({ query });
  const replies = [
    await client.call('GET', `/bulk/jobs/${job_id}`),
    await client.problem('GET', '/bulk/jobs/nothing'),
    await client.problem('POST', '/bulk/jobs', { body: '{' }),
  ];
  for (const { headers } of replies) {
    expect(headers.get('ratelimit-policy')).toMatch(/^"tenant";q=\d+;w=\d+$/);
    expect(headers.get('ratelimit')).toMatch(/^"tenant";r=\d+;t=\d+$/);
  }
});

it('a tenant that floods is refused without an AWS call, and no other tenant notices', async () => {
  const [flood, calm] = [await service.tenant('flood'), await service.tenant('calm')];
  await calm.list('?limit=1');
  const statuses: number[] = [];
  while (!statuses.includes(429) && statuses.length < 2000)
    statuses.push((await flood.call('GET', '/bulk/jobs?limit=1')).status);
  expect(statuses.at(-1)).toBe(429);
  service.aws.calls.reset();
  const refused = await flood.call('GET', '/bulk/jobs?limit=1');
  const made = service.aws.calls.snapshot().filter(({ caller }) => caller === 'jobs-api');
  expect(refused.status === 429 ? made : []).toEqual([]);
  expect((await calm.call('GET', '/bulk/jobs?limit=1')).status).toBe(200);
});
