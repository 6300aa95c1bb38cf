import type {
  APIGatewayProxyEvent,
  APIGatewayProxyResult,
  Context,
  DynamoDBBatchResponse,
  DynamoDBStreamEvent,
} from 'aws-lambda';
import { Sha256Hasher } from '../../../adapters/crypto/hasher.ts';
import { readStreamImage } from '../../../adapters/dynamo/records.ts';
import type { OnceDeps } from '../../../core/idempotency/once.ts';
import type { Hasher } from '../../../core/ports.ts';
import type { AdmitDeps } from '../../../core/use-cases/admit-job.ts';
import type { AwaitDeps } from '../../../core/use-cases/await-job.ts';
import type { StartDeps } from '../../../core/use-cases/change-job.ts';
import type { CleanUpDeps } from '../../../core/use-cases/clean-up-job.ts';
import type { CreateJobDeps } from '../../../core/use-cases/create-job.ts';
import type { FinishDeps } from '../../../core/use-cases/finish-run.ts';
import type { ResultsDeps } from '../../../core/use-cases/read-results.ts';
import type { SweepDeps } from '../../../core/use-cases/sweep.ts';
import type { ServeContext } from '../../../lambdas/shared/http/serve.ts';
import { invocationHere } from './invocation.ts';
import { markerSchema } from './loads.ts';
import { deployment } from './warehouse.ts';
import { limits, type World } from './world.ts';

/** All that any of the Lambdas is composed of. */
type Deps = AdmitDeps &
  AwaitDeps &
  CleanUpDeps &
  CreateJobDeps &
  FinishDeps &
  OnceDeps &
  ResultsDeps &
  StartDeps &
  SweepDeps &
  ServeContext & { hasher: Hasher };

/** Every call waits until it is let happen; what it writes is seen at once, and as a whole. */
function gated<Port extends object>(name: string, of: (world: World) => Port): Port {
  const call =
    (method: string) =>
    (...args: unknown[]) => {
      const invocation = invocationHere();
      const { world } = invocation;
      const perform = async (): Promise<unknown> => {
        const port = of(world);
        const operation = Reflect.get(port, method) as (...args: unknown[]) => Promise<unknown>;
        // The fakes do their work before they return.
        const answer = Reflect.apply(operation, port, args);
        world.guard(() => world.streams.observe(method === 'markWaiting'));
        return answer;
      };
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      world.pending.push({ invocation, what: `${invocation.name}: ${name}.${method}`, perform, resolve, reject });
      return promise;
    };
  return new Proxy({} as Port, { get: (_port, method) => call(String(method)) });
}

const here = (): World => invocationHere().world;
const indexReads = ['nextWaiting', 'waiting', 'running'];

const admission = gated('admission', (world) => {
  const { lagging } = world;
  if (!lagging) return world.admission;
  return new Proxy(world.admission, {
    get: (real, method) => {
      const port = indexReads.includes(String(method)) ? lagging : real;
      const operation = Reflect.get(port, method) as (...args: unknown[]) => unknown;
      return operation.bind(port);
    },
  });
});

const bucket = gated('results', (world) => world.results);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, count: () => undefined };

/** One wiring for all Lambdas, in the place of compose.ts: the world is the one of the invocation that calls. */
const deps: Deps = {
  by: 'model',
  again: { attempts: 2, random: () => 0.5 },
  jobs: gated('jobs', (world) => world.jobs),
  admission,
  warehouse: gated('warehouse', (world) => world.warehouse),
  results: {
    url: (key) => here().results.url(key),
    key: (url) => here().results.key(url),
    manifest: (key) => bucket.manifest(key),
    // S3 knows nothing of the table: this follows its check at once here, and the bucket's lifecycle sees to what is left.
    writeManifest: (key, manifest) => here().results.writeManifest(key, manifest),
    files: (prefix) => bucket.files(prefix),
    checksum: (key) => bucket.checksum(key),
    removeAll: (prefix) => bucket.removeAll(prefix),
  },
  uploads: gated('uploads', (world) => world.loads.uploads),
  loadSchemas: ['{tenant}'],
  markerSchema,
  tables: gated('tables', (world) => world.loads.catalog),
  inspector: gated('inspector', (world) => world.loads.inspector),
  presigner: {
    download: (key) =>
      Promise.resolve({ url: `https://bucket.example/${key}`, expires_at: '2026-11-22T11:00:00.000Z' }),
  },
  hasher: new Sha256Hasher(),
  idempotency: gated('idempotency', (world) => world.idempotency),
  ids: { jobId: (at) => here().jobId(at), leaseId: () => here().leaseId() },
  clock: { now: () => here().clock.now() },
  pause: () => Promise.resolve(),
  retention: { jobDays: 7, resultDays: 7 },
  maxFileSizeMb: 1024,
  jobsPerDay: 10_000,
  backlogRoom: { add: () => Promise.resolve() },
  limits,
  deployment,
  unloadRole: 'default',
  graceSeconds: 60,
  timeoutHours: 24,
  corsOrigins: ['*'],
  telemetry: silent,
};

export interface Handlers {
  api: (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
  startJobs: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  cleanUp: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  finishJobs: (event: unknown) => Promise<void>;
  sweepJobs: () => Promise<void>;
}

/** The handlers as they are deployed, composed of the model's ports: compose.ts is the one place where that is decided. */
export async function loadHandlers(): Promise<Handlers> {
  const compose = () => deps;
  // The types of Jest do not know it yet.
  const replaceModule = Reflect.get(import.meta.jest, 'unstable_mockModule') as (
    path: string,
    by: () => object,
  ) => void;
  replaceModule('../../../lambdas/shared/compose.ts', () => ({
    readStreamImage,
    composeJobsApi: compose,
    composeStartJobs: compose,
    composeFinishJobs: compose,
    composeSweepJobs: compose,
    composeCleanUp: compose,
  }));
  const [api, startJobs, cleanUp, finishJobs, sweepJobs] = await Promise.all([
    import('../../../lambdas/jobs-api.lambda.ts'),
    import('../../../lambdas/start-jobs.lambda.ts'),
    import('../../../lambdas/clean-up.lambda.ts'),
    import('../../../lambdas/finish-jobs.lambda.ts'),
    import('../../../lambdas/sweep-jobs.lambda.ts'),
  ]);
  return {
    api: api.handler,
    startJobs: startJobs.handler,
    cleanUp: cleanUp.handler,
    finishJobs: finishJobs.handler,
    sweepJobs: sweepJobs.handler,
  };
}
