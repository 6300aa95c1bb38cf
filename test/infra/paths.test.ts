import * as z from 'zod';
import { items, values } from '../../adapters/dynamo/records.ts';
import { JobRecord, RequestRecord } from '../../contract/records.ts';
import { cleanUpFilters, startFilters } from '../../lib/constructs/stream-filters.ts';
import { compilePattern } from '../../local/events/pattern.ts';
import { lambda } from './lambdas.ts';
import { synthesize } from './stack.ts';

const standard = synthesize();
const Arn = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
const queueOf = (arn: unknown) => Arn.parse(arn)['Fn::GetAtt'][0];

const Mapping = z.looseObject({
  FunctionName: z.object({ Ref: z.string() }),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown() }) }),
});
const mappings = Object.values(standard.ofType('AWS::Lambda::EventSourceMapping')).map(({ Properties }) =>
  Mapping.parse(Properties),
);
const Rule = z.looseObject({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.tuple([
    z.looseObject({
      Arn: z.unknown(),
      DeadLetterConfig: z.object({ Arn: z.unknown() }),
      RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
    }),
  ]),
});
const rules = Object.values(standard.ofType('AWS::Events::Rule')).map(({ Properties }) => Rule.parse(Properties));
const Invocations = z.looseObject({
  FunctionName: z.object({ Ref: z.string() }),
  MaximumEventAgeInSeconds: z.number(),
  MaximumRetryAttempts: z.number(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown() }) }),
});
const invocations = Object.values(standard.ofType('AWS::Lambda::EventInvokeConfig')).map(({ Properties }) =>
  Invocations.parse(Properties),
);

describe('nothing that is asynchronous can fail for ever or without a trace', () => {
  it.each(mappings.map((mapping) => [mapping.FunctionName.Ref, mapping] as const))(
    'the stream mapping of %s',
    (_, mapping) => {
      expect(mapping).toMatchObject({
        BatchSize: 10,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRecordAgeInSeconds: 3600,
        MaximumRetryAttempts: 5,
        StartingPosition: 'TRIM_HORIZON',
      });
    },
  );

  it.each(rules.map((rule) => [rule.ScheduleExpression ?? 'events of Redshift', rule] as const))(
    'the rule for %s',
    (_, rule) => {
      const [target] = rule.Targets;
      expect(target.RetryPolicy.MaximumRetryAttempts).toBeLessThanOrEqual(5);
      expect(target.RetryPolicy.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
      const calls = invocations.find(({ FunctionName }) => FunctionName.Ref === queueOf(target.Arn));
      expect(calls?.MaximumRetryAttempts).toBeLessThanOrEqual(2);
      expect(calls?.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
      expect(queueOf(calls?.DestinationConfig.OnFailure.Destination)).toBe(queueOf(target.DeadLetterConfig.Arn));
    },
  );

  it('each path has dead letters of its own', () => {
    const ends = [
      ...mappings.map(({ DestinationConfig }) => queueOf(DestinationConfig.OnFailure.Destination)),
      ...rules.map(({ Targets: [target] }) => queueOf(target.DeadLetterConfig.Arn)),
    ];
    expect(ends).toHaveLength(4);
    expect(new Set(ends)).toEqual(new Set(Object.keys(standard.ofType('AWS::SQS::Queue'))));
  });

  it('dead letters are encrypted, kept for as long as SQS can and sent by TLS alone', () => {
    const queues = Object.entries(standard.ofType('AWS::SQS::Queue'));
    const policies = Object.values(standard.ofType('AWS::SQS::QueuePolicy')).map(({ Properties }) =>
      JSON.stringify(Properties),
    );
    for (const [id, { Properties }] of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 });
      const its = policies.filter((policy) => policy.includes(`"Queues":[{"Ref":"${id}"}]`)).join();
      expect(its).toMatch(/"aws:SecureTransport":"false"\}\},"Effect":"Deny"/);
    }
  });
});

const [tenant_id, job_id] = ['acme', '01JD0000000000000000000000'];
const request = items.request(
  RequestRecord.parse({
    type: 'request',
    tenant_id,
    job_id,
    operation: 'query',
    query: 'SELECT 1',
    query_hash: '0123456789abcdef',
    start: true,
    content_type: 'CSV',
  }),
);
const times = { created_at: '2026-11-22T10:00:00.000Z', updated_at: '2026-11-22T10:00:00.000Z' };
const at = { queued_at: times.created_at, started_at: times.created_at };
const kept = { expires_at: times.created_at, ttl: 1 };
const job = (state: JobRecord['state'], more: object = {}) =>
  items.job(
    JobRecord.parse({
      type: 'job',
      tenant_id,
      job_id,
      operation: 'query',
      content_type: 'CSV',
      attempt: 1,
      state,
      ...times,
      ...at,
      ...more,
    }),
  );
const semaphore = (sk: string, waiting?: string[]) =>
  values({
    pk: 'ADMISSION',
    sk,
    type: 'admission',
    holders: new Set(['acme/x']),
    ...(waiting && { waiting: new Set(waiting) }),
  });
const inserted = (NewImage: object) => ({ eventName: 'INSERT', dynamodb: { NewImage } });
const modified = (OldImage: object, NewImage: object) => ({ eventName: 'MODIFY', dynamodb: { OldImage, NewImage } });
const removed = (OldImage: object) => ({
  eventName: 'REMOVE',
  dynamodb: { OldImage },
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
});

const statement_id = 'd9b6c0c9-0747-4bf4-b142-e8883122f766';
const open = job('Open', kept);
const waiting = job('UploadComplete');
const running = job('InProgress', { statement_id });
const unsubmitted = job('InProgress');
const cancelled = job('InProgress', { statement_id, desired_state: 'Aborted' });
const overdue = job('InProgress', { resubmit_at: times.updated_at });

/** A change of the table, and what is called for it: the names of the filters that let it through. */
const changes: [string, object, string[]][] = [
  [
    'a request that starts at once',
    inserted(request),
    ['a request that starts at once was created, or that of a load was closed'],
  ],
  ['a request that waits for its start', inserted({ ...request, start: { BOOL: false } }), []],
  ['a job is created', inserted(waiting), []],
  ['an open job is started', modified(open, waiting), ['an open job was started, or an ended one is to run again']],
  ['an open job is cancelled', modified(open, job('Aborted', { ...kept, completed_at: times.updated_at })), []],
  [
    'an open load is cancelled',
    modified(open, job('Aborted', { ...kept, completed_at: times.updated_at, operation: 'upsert' })),
    ['a load was cancelled before it was closed'],
  ],
  [
    'a load that was closed is cancelled: it may be run again',
    modified(waiting, job('Aborted', { ...kept, completed_at: times.updated_at, operation: 'upsert' })),
    [],
  ],
  ['a waiting job is admitted', modified(waiting, unsubmitted), []],
  ['its statement is noted', modified(unsubmitted, running), []],
  ['a running job is cancelled', modified(running, cancelled), ['a running job is to be cancelled']],
  [
    'a job is cancelled before its statement is known',
    modified(unsubmitted, { ...unsubmitted, desired_state: { S: 'Aborted' } }),
    ['a running job is to be cancelled'],
  ],
  [
    'a cancelled job is touched again',
    modified(cancelled, { ...cancelled, updated_at: { S: '2026-11-22T10:01:00.000Z' } }),
    [],
  ],
  ['a lost run is to be submitted again', modified(unsubmitted, overdue), ['a run is to be submitted again']],
  [
    'the run that was submitted again has its statement',
    modified(overdue, { ...overdue, statement_id: { S: statement_id } }),
    [],
  ],
  [
    'a job completes',
    modified(running, job('JobComplete', { ...kept, completed_at: times.updated_at, rows: 1, bytes: 1, files: 1 })),
    [],
  ],
  [
    'a load completes',
    modified(
      running,
      job('JobComplete', {
        ...{ ...kept, completed_at: times.updated_at, rows: 1, bytes: 1, files: 0 },
        ...{ operation: 'insert', load: { max_errors: 0, all_or_nothing: false } },
      }),
    ),
    ['a load is complete'],
  ],
  [
    'a running job ends cancelled',
    modified(cancelled, job('Aborted', { ...kept, completed_at: times.updated_at, statement_id })),
    ['a run ended without a result'],
  ],
  [
    'a run failed for a passing reason and another follows by itself',
    modified(running, { ...job('UploadComplete', { retry_at: times.updated_at }), attempt: { N: '2' } }),
    ['a run ended without a result'],
  ],
  [
    'the pause before that run is over: the sweep wakes whose turn it is',
    modified({ ...job('UploadComplete', { retry_at: times.updated_at }), attempt: { N: '2' } }, waiting),
    [],
  ],
  [
    'a cancelled job is to run again',
    modified(job('Aborted', { ...kept, completed_at: times.updated_at }), { ...waiting, attempt: { N: '2' } }),
    ['an open job was started, or an ended one is to run again'],
  ],
  [
    'somebody waits',
    modified(semaphore('CLUSTER'), semaphore('CLUSTER', ['acme'])),
    ['the warehouse has somebody waiting'],
  ],
  ['the first of all waits', inserted(semaphore('CLUSTER', ['acme'])), ['the warehouse has somebody waiting']],
  ['a slot is freed and nobody waits', modified(semaphore('CLUSTER'), semaphore('CLUSTER')), []],
  ['the last one that waited is admitted', modified(semaphore('CLUSTER', ['acme']), semaphore('CLUSTER')), []],
  ["a tenant's own semaphore changes", modified(semaphore('TENANT#acme'), semaphore('TENANT#acme')), []],
  ['a job expires', removed(job('Aborted', { ...kept, completed_at: times.updated_at })), ['a job was deleted']],
  ['a request is deleted', removed(request), []],
  ['an Idempotency-Key expires', removed(values({ type: 'idempotency', ttl: 1 })), []],
];

describe('the stream calls a function for what concerns it and for nothing else', () => {
  const all = Object.entries({ ...startFilters, ...cleanUpFilters });

  it.each(changes)('when %s', (_, change, expected) => {
    const passing = all.filter(([, pattern]) => compilePattern(pattern)(change)).map(([name]) => name);
    expect(passing).toEqual(expected);
  });

  it('every filter is passed by some change', () => {
    const passed = new Set(changes.flatMap(([, , names]) => names));
    expect([...passed].sort()).toEqual(all.map(([name]) => name).sort());
  });

  it('the template has exactly these, each with its function, and not more than Lambda takes', () => {
    const patterns = (name: 'start-jobs' | 'clean-up') => {
      const { logicalId } = lambda(standard, name);
      const mapping = mappings.find(({ FunctionName }) => FunctionName.Ref === logicalId);
      return mapping?.FilterCriteria.Filters.map(({ Pattern }): unknown => JSON.parse(Pattern));
    };
    expect(patterns('start-jobs')).toEqual(Object.values(startFilters));
    expect(patterns('clean-up')).toEqual(Object.values(cleanUpFilters));
    expect(Object.keys(startFilters)).toHaveLength(5);
  });
});

describe('the rule for ends of statements', () => {
  const pattern = rules.find(({ EventPattern }) => EventPattern !== undefined)?.EventPattern ?? {};
  const ended = (detail: object) => ({
    source: 'aws.redshift-data',
    'detail-type': 'Redshift Data Statement Status Change',
    detail: {
      statementName: `spectra-bulk:acme:${job_id}:1:CSV`,
      statementId: statement_id,
      state: 'FINISHED',
      ...detail,
    },
  });
  const matches = compilePattern(pattern);

  it.each(['FINISHED', 'FAILED', 'ABORTED'])('takes %s of its own statements', (state) => {
    expect(matches(ended({ state }))).toBe(true);
  });

  it('leaves statements of another installation, and those of anybody else, alone', () => {
    expect(matches(ended({ statementName: `spectra-bulk-2:acme:${job_id}:1:CSV` }))).toBe(false);
    expect(matches(ended({ statementName: '' }))).toBe(false);
    expect(matches(ended({ state: 'STARTED' }))).toBe(false);
    expect(matches({ ...ended({}), source: 'aws.redshift' })).toBe(false);
  });
});

it('the sweep runs each minute', () => {
  expect(rules.map(({ ScheduleExpression }) => ScheduleExpression).filter(Boolean)).toEqual(['rate(1 minute)']);
});
