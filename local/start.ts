import { S3Client } from '@aws-sdk/client-s3';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readApis } from './api-gateway/api-model.ts';
import { startApiGateway } from './api-gateway/start-api-gateway.ts';
import { createAccessKeys, type AccessKeys } from './aws/access-keys.ts';
import { createCallCounts } from './aws/call-counts.ts';
import { createDynamoDbProxy } from './aws/dynamodb-proxy.ts';
import { queueSender, readMappings, type Mappings } from './aws/mappings.ts';
import { createMetricsStore } from './aws/metrics-store.ts';
import { createBuckets, createQueues } from './aws/provision.ts';
import { startEndpoint } from './aws/start-endpoint.ts';
import { keepTables } from './aws/table-keeper.ts';
import { startTables, type Tables } from './aws/tables.ts';
import { createClosers } from './closers.ts';
import { systemClock } from './events/clock.ts';
import { createEventBus } from './events/event-bus.ts';
import { startSchedules } from './events/schedules.ts';
import { keptKey, keyCommandOf } from './issue-key.ts';
import { createAsyncInvoker } from './lambda/async-invoker.ts';
import { readFunctions } from './lambda/function-definition.ts';
import { createFunctionRegistry, type FunctionRegistry } from './lambda/function-registry.ts';
import type { LocalAws, LocalOptions } from './local-aws.ts';
import { account, region } from './place.ts';
import { settleAll } from './settle-all.ts';
import { controls } from './controls.ts';
import { startEngines, type Context, type LocalEngines, type Wired } from './start-engines.ts';
import { cachedAssembly } from './template/cached-assembly.ts';
import { loadStack, type Stack } from './template/load-stack.ts';
import { readTemplate } from './template/read-template.ts';
import { createWorkDir } from './work-dir.ts';

export type { LocalAws, LocalOptions } from './local-aws.ts';

const projectOfThisFile = join(import.meta.dirname, '..');

/**
 * Synthesizes the CDK app and runs its template: tables, queues, buckets and warehouse on local engines, functions as
 * processes, routes, streams, rules and schedules as the template wires them.
 * @throws when the app does not synthesize, the template cannot be run, Java is missing or a port is taken; nothing is left running then
 */
export async function startLocal(options: LocalOptions = {}): Promise<LocalAws> {
  const log = (text: string) => options.log?.({ source: 'local', stream: 'stderr', text });
  const closers = createClosers(log);
  try {
    const workDir = await createWorkDir('spectra-local-');
    closers.add('temporary folder', () => rm(workDir, { recursive: true, force: true }));
    if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
    return await start({ options, closers, log, workDir, progress: options.progress ?? (() => undefined) });
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(context: Context): Promise<LocalAws> {
  const { options, closers, log, progress } = context;
  const calls = createCallCounts();
  const port = options.port === undefined || options.port === 0 ? {} : { port: options.port + 1 };
  const endpoint = await startEndpoint({ ...port, account, calls, log });
  closers.add('endpoint', endpoint.close);
  const wired: Wired = { keys: createAccessKeys([], { account }) };
  const [stack, engines] = await settleAll([synthesizeStack(context, endpoint.url), startEngines(context, wired)]);
  progress('engines and template are ready');

  const { functions, keys } = await prepareFunctions(context, stack, endpoint.url);
  wired.keys = keys;
  const sendToQueue = queueSender(stack, engines.sqs.endpoint);
  const events = createAsyncInvoker({ stack, sendToQueue, log });
  closers.add('events', events.stop);
  const clock = options.clock ?? systemClock;
  const targets = { functions, events, sendToQueue };
  const bus = createEventBus({ stack, targets, clock, log });
  wired.bus = bus;
  const mappings = readMappings({ stack, functions, sqsEndpoint: engines.sqs.endpoint, sendToQueue, log });
  const metrics = createMetricsStore();
  const dynamodb = createDynamoDbProxy(engines.tableEngine.server().endpoint);
  closers.add('proxy', dynamodb.close);
  endpoint.open(
    {
      s3: engines.s3.handle,
      sqs: engines.sqs.handle,
      dynamodb,
      redshiftEndpoint: engines.redshift.endpoint,
      bus,
      functions,
      events,
      metrics,
      stack: { ...stack, startedAt: new Date() },
    },
    keys,
  );
  const tables = await createStores(context, { stack, engines, mappings, keys, wired });
  const api = await serveApi(context, stack, functions);
  const schedules = startSchedules({ stack, bus, targets, clock, log });
  closers.add('schedules', schedules.stop);
  const place = { awsEndpointUrl: endpoint.url, region, credentials: keys.user };
  const issue = issuer(context, tables(), place);
  const tenantId = options.tenantId ?? 'demo';
  const apiKey = await keptKey(options.dataDir, tenantId, () => issue(tenantId));
  return {
    ...place,
    ...controls({ functions, events, bus, schedules, mappings }),
    apiUrl: api.url,
    apiKey,
    tenantId,
    outputs: withRealUrls(stack.outputs, api),
    redshift: engines.redshift,
    calls,
    metrics: metrics.recent,
    expireItems: () => tables().expire(),
    createApiKey: issue,
    ignored: stack.ignored,
    stop: closers.closeAll,
  };
}

async function synthesizeStack({ options, progress, workDir }: Context, awsEndpointUrl: string): Promise<Stack> {
  const projectDir = options.projectDir ?? projectOfThisFile;
  const env = options.settings ?? {};
  const folder = join(workDir, 'assembly');
  // A copy: the cache may drop what is still running here.
  await cp(await cachedAssembly({ projectDir, account, region, env, context: env }), folder, { recursive: true });
  progress('template synthesized');
  const template = await readTemplate(folder, options.stackName ?? 'SpectraBulk');
  return loadStack(template, { stackName: template.stackName, account, region, awsEndpointUrl }, options.parameters);
}

async function prepareFunctions({ options, closers, workDir }: Context, stack: Stack, awsEndpointUrl: string) {
  const definitions = await readFunctions(stack, join(workDir, 'inline'));
  const clock = options.clock ?? systemClock;
  const keys = createAccessKeys(definitions, { account, now: () => clock.now() });
  const functions = createFunctionRegistry({
    definitions,
    settings: { region, awsEndpointUrl, credentialsOf: keys.ofFunction },
    log: (line) => options.log?.(line),
    ...(options.concurrency !== undefined && { maximum: options.concurrency }),
  });
  closers.add('functions', functions.stop);
  return { functions, keys };
}

interface StoresInput {
  stack: Stack;
  engines: LocalEngines;
  mappings: Mappings;
  keys: AccessKeys;
  wired: Wired;
}

/** Creates tables, queues and buckets, and lets streams and queues flow. */
async function createStores({ options, closers, log }: Context, input: StoresInput): Promise<() => Tables> {
  const { stack, engines, mappings, keys, wired } = input;
  const s3 = new S3Client({ endpoint: engines.s3.endpoint, region, credentials: keys.user, forcePathStyle: true });
  const open = () =>
    startTables({
      stack,
      server: engines.tableEngine.server(),
      mappings: mappings.streams,
      dataDir: options.dataDir,
      credentials: keys.user,
      log,
    });
  const openTables = async () => {
    const keeper = await keepTables(open);
    closers.add('tables', keeper.close);
    return keeper;
  };
  const opening = [openTables(), createQueues(stack, engines.sqs.endpoint), createBuckets(stack, s3)] as const;
  const [tables] = await settleAll(opening).finally(() => s3.destroy());
  wired.restartTables = tables.reopen;
  const queues = mappings.startQueues();
  closers.add('queues', async () => {
    await Promise.all(queues.map((queue) => queue.stop()));
  });
  return tables.current;
}

async function serveApi({ options, closers, log }: Context, stack: Stack, functions: FunctionRegistry) {
  const [api, ...more] = readApis(stack);
  if (api === undefined || more.length > 0)
    throw new Error(`The stack must have one REST API, it has ${more.length + (api ? 1 : 0)}`);
  const port = options.port === undefined ? {} : { port: options.port };
  const gateway = await startApiGateway({ api, functions, account, region, ...port, log });
  closers.add('API', gateway.close);
  return { url: gateway.url, awsUrl: `https://${api.apiId}.execute-api.${region}.amazonaws.com/${api.stage}` };
}

/** In outputs the address that the API would have in AWS is the one that it has here. */
function withRealUrls(
  outputs: Readonly<Record<string, string>>,
  api: { url: string; awsUrl: string },
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, value.replaceAll(api.awsUrl, api.url)]),
  );
}

function issuer(
  { options }: Context,
  tables: Tables,
  place: Pick<LocalAws, 'awsEndpointUrl' | 'region' | 'credentials'>,
): LocalAws['createApiKey'] {
  const issueKey = options.issueKey ?? keyCommandOf(options.projectDir ?? projectOfThisFile);
  const [table] = tables.names;
  return async (tenantId, permissions) =>
    issueKey === undefined || table === undefined
      ? ''
      : await issueKey({ ...place, table, tenantId, ...(permissions && { permissions }) });
}
