import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { JobState, JobView } from '../../../../contract/jobs.ts';
import type { Limits } from '../../../../contract/service.ts';
import { type Client, type Service, until } from '../../harness.ts';
import type { World } from './world.ts';

export const query = 'SELECT 1 AS one';
export const failing = 'SELECT nope FROM nowhere';
/** A statement that runs until it is cancelled. */
export const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

const everything = ['bulk:read', 'bulk:write', 'query'];

/** Makes a tenant that the warehouse knows, and a caller of it. */
export async function newTenant(world: World, tenantId: string): Promise<Client> {
  await world.service.warehouse.run(`CREATE USER "${tenantId}" PASSWORD DISABLE`);
  return world.service.tenant(tenantId, everything);
}

/** Where the rows of one group play: a tenant of their own, jobs of it in each end state, and the hands of an operator. */
export class Stage {
  readonly world: World;
  readonly service: Service;
  readonly tenant: string;
  readonly client: Client;
  readonly #ended = new Map<string, Promise<JobView>>();

  private constructor(world: World, client: Client) {
    this.world = world;
    this.service = world.service;
    this.client = client;
    this.tenant = client.tenantId;
  }

  static enter = async (world: World, tenantId: string): Promise<Stage> =>
    new Stage(world, await newTenant(world, tenantId));

  path = ({ job_id }: Pick<JobView, 'job_id'>, rest = ''): string => `/bulk/jobs/${job_id}${rest}`;

  /** A job that ended so; the same one for all rows that do nothing to it. */
  complete = (): Promise<JobView> => this.#once('JobComplete', () => this.client.complete(query));
  failed = (): Promise<JobView> => this.#once('Failed', () => this.ends(failing, 'Failed'));
  aborted = (): Promise<JobView> =>
    this.#once('Aborted', async () => {
      const job = await this.client.create({ query });
      return (await this.client.patch(job.job_id, { state: 'Aborted', reason: 'not needed' })).body;
    });

  /** A new job of this query, once it has ended. @throws Error when it ended otherwise */
  ends = async (sql: string, state: JobState): Promise<JobView> => {
    const job = await this.client.finished((await this.client.start(sql)).job_id);
    if (job.state !== state) throw new Error(`${sql} ended ${job.state}: ${JSON.stringify(job.error)}`);
    return job;
  };

  /** A job that waits for its next run, because a passing fault ended the first. */
  pausing = async (sql: string): Promise<JobView> => {
    const { job_id } = await this.client.start(sql);
    return this.client.follow(job_id, ({ retry_at }) => retry_at !== null, 'pausing');
  };

  /** Lets a job be seen while it waits to run: nothing is told to start it until `look` is over. */
  whileWaiting = async (look: () => Promise<void>): Promise<void> => {
    const stream = this.service.aws.stream('start-jobs');
    await stream.pause();
    try {
      await look();
    } finally {
      stream.resume();
    }
  };

  /** Lets a job be seen while its statement is held. */
  whileRunning = (look: (job: JobView) => Promise<void>, sql = 'SELECT 1 AS held'): Promise<void> =>
    this.world.holding(async () => {
      const { job_id } = await this.client.start(sql);
      await this.client.inState(job_id, 'InProgress');
      await this.statement(job_id, 'STARTED');
      await look(await this.client.read(job_id));
    });

  /** Waits until the warehouse has a statement of this name in that state. */
  statement = (name: string, status: string) =>
    until(`a statement of ${name} that is ${status}`, async () =>
      (await this.service.warehouse.statementsOf(name)).find(({ Status }) => Status === status),
    );

  sweep = async (): Promise<void> => {
    this.service.aws.schedules.run('SweepJobs/EachMinute/Rule');
    await this.service.aws.events.settled();
  };

  /** Lets the pause of a job be over. */
  elapse = async (jobId: string): Promise<void> => {
    const past = new Date(Date.now() - 1000).toISOString();
    await this.alter(jobId, { retry_at: { S: past }, unfinished_order: { S: `${past}#${jobId}` } });
    await this.sweep();
  };

  /** Waits until the record of a job is deleted. */
  deleted = (jobId: string) =>
    until(`the record of ${jobId} to be deleted`, async () => {
      const Key = { pk: { S: `TENANT#${this.tenant}` }, sk: { S: `JOB#${jobId}` } };
      const get = new GetItemCommand({ TableName: this.service.table.name, Key, ConsistentRead: true });
      return (await this.service.table.client.send(get)).Item === undefined ? true : undefined;
    });

  /** Writes into the record of a job, as time would. */
  alter = (jobId: string, values: Readonly<Record<string, { S: string } | { N: string }>>) =>
    this.alterItem({ pk: { S: `TENANT#${this.tenant}` }, sk: { S: `JOB#${jobId}` } }, values);

  alterItem = async (
    Key: Readonly<Record<'pk' | 'sk', { S: string }>>,
    values: Readonly<Record<string, { S: string } | { N: string }>>,
  ): Promise<void> => {
    const entries = Object.entries(values);
    await this.service.table.client.send(
      new UpdateItemCommand({
        TableName: this.service.table.name,
        Key,
        UpdateExpression: `SET ${entries.map((_, at) => `#n${at} = :v${at}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#n${at}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], at) => [`:v${at}`, value])),
      }),
    );
  };

  /** A value of /limits. */
  limit = async (name: string): Promise<number> => {
    const { limits } = (await this.service.anybody().call<Limits>('GET', '/limits')).body;
    return limits.find((each) => each.name === name)?.value ?? Number.NaN;
  };

  #once(state: JobState, make: () => Promise<JobView>): Promise<JobView> {
    const job = this.#ended.get(state) ?? make();
    this.#ended.set(state, job);
    return job;
  }
}
