import type { JobView } from '../../../contract/jobs.ts';
import type { LocalOptions } from '../../../local/start.ts';
import { type Client, type Service, startService } from '../../e2e/harness.ts';
import { judge } from './judge.ts';
import { type CallerName, type FuzzRequest, type JobChoice, placeholder } from './request.ts';
import { openSender } from './send.ts';

type Tenant = 'lemon' | 'plum';

/** A service with two tenants whose jobs are in many states, and who may call it how. */
export interface Stage {
  service: Service;
  /** Sends one request and judges its answer. @throws Error when the answer is not as it must be */
  exchange(request: FuzzRequest): Promise<number>;
  /** @throws Error when the service no longer does its work, or one of its functions failed meanwhile */
  assertSound(): Promise<void>;
  stop(): Promise<void>;
}

const missing = '01K00000000000000000000000';
const mostKept = 300;

/** A word that is in everything a tenant owns, and in nothing that anybody asks for. */
const secretOf = (tenant: Tenant): string => `kept-by-${tenant}-alone`;
const leaksOf = (tenant: Tenant): string[] => [
  secretOf(tenant),
  `"tenant_id":"${tenant}"`,
  `results/${tenant}/`,
  `uploads/${tenant}/`,
];
const other = (tenant: Tenant): Tenant => (tenant === 'lemon' ? 'plum' : 'lemon');
const tenantOf = (caller: CallerName): Tenant => (caller === 'plum' ? 'plum' : 'lemon');

async function seed(client: Client, tenant: Tenant): Promise<JobView[]> {
  const secret = secretOf(tenant);
  const query = `SELECT '${secret}' AS secret`;
  const labels = { tag: secret, object: secret };
  const start = { query, ...labels, start: true };
  const open = await Promise.all([1, 2, 3].map(() => client.create({ query, ...labels })));
  const gone = await Promise.all([1, 2].map(() => client.create({ query, ...labels })));
  const aborted = await Promise.all(
    gone.map(async ({ job_id }) => (await client.patch(job_id, { state: 'Aborted', reason: secret })).body),
  );
  const failing = `SELECT * FROM ${secret.replaceAll('-', '_')}`;
  const started = await Promise.all([start, start, { ...start, query: failing }].map((body) => client.create(body)));
  const ended = await Promise.all(started.map(({ job_id }) => client.finished(job_id)));
  return [...open, ...aborted, ...ended];
}

/** Starts the service and gives both tenants something to hide. */
export async function openStage(options: LocalOptions & { connections: number }): Promise<Stage> {
  const { connections, ...local } = options;
  const service = await startService(local);
  const sender = openSender(service.aws.apiUrl, connections);
  const clients = { lemon: await service.tenant('lemon'), plum: await service.tenant('plum') };
  const reader = await service.tenant('lemon', ['bulk:read']);
  const jobs = { lemon: await seed(clients.lemon, 'lemon'), plum: await seed(clients.plum, 'plum') };
  const credentials: Record<CallerName, Readonly<Record<string, string>>> = {
    lemon: clients.lemon.headers,
    plum: clients.plum.headers,
    reader: reader.headers,
    nobody: {},
    forged: { authorization: `Bearer sb_${'A'.repeat(12)}_${'B'.repeat(43)}` },
  };
  const base = new URL(service.aws.apiUrl).pathname;

  function idOf(caller: CallerName, { whose, state, pick }: JobChoice): string {
    if (whose === 'missing') return missing;
    const all = jobs[whose === 'own' ? tenantOf(caller) : other(tenantOf(caller))];
    const wanted = all.filter((job) => job.state === state);
    const from = wanted.length > 0 ? wanted : all;
    return from[pick % from.length]?.job_id ?? missing;
  }

  function remember(tenant: Tenant, text: string): void {
    const job = JSON.parse(text) as JobView;
    jobs[tenant].push(job);
    if (jobs[tenant].length > mostKept) jobs[tenant].splice(20, 1);
  }

  async function exchange(request: FuzzRequest): Promise<number> {
    const tenant = tenantOf(request.caller);
    const path = request.path.replaceAll(placeholder, idOf(request.caller, request.job));
    const body = request.body && toBytes(request.body);
    const typed = request.headers.some(([name]) => name === 'content-type');
    const type: [string, string][] = body && !typed ? [['content-type', 'application/json']] : [];
    const headers = [...Object.entries(credentials[request.caller]), ...type, ...request.headers];
    const answer = await sender
      .send({ method: request.method, path: base + path, headers, body })
      .catch((cause: unknown) => {
        throw new Error(`${request.method} ${path.slice(0, 300)}: no answer`, { cause });
      });
    judge({ request, path, body, answer, secrets: leaksOf(other(tenant)) });
    const created = request.method === 'POST' && [201, 202].includes(answer.status);
    if (created) remember(tenant, answer.text);
    return answer.status;
  }

  async function assertSound(): Promise<void> {
    const done = await clients.lemon.complete('SELECT 1 AS one UNION ALL SELECT 2');
    if (done.number_records_processed !== 2) throw new Error(`2 rows were exported as ${JSON.stringify(done)}`);
    const failed = Object.entries(service.aws.functions.counters()).filter(([, { errors }]) => errors > 0);
    // The authorizer's error is how it says Unauthorized.
    const wrong = failed.filter(([name]) => name !== 'authorizer').map(([name, { errors }]) => `${name}: ${errors}`);
    const logged = service.logs.filter((line) => line.includes('"level":"ERROR"') || /heap|SIG[A-Z]+/.test(line));
    if (wrong.length > 0 || logged.length > 0)
      throw new Error(`Functions failed: ${[...wrong, ...logged.slice(0, 5)].join('\n')}`);
  }

  const stop = async (): Promise<void> => {
    sender.close();
    await service.stop();
  };
  return { service, exchange, assertSound, stop };
}

const toBytes = (body: { text: string } | { base64: string }): Buffer =>
  'text' in body ? Buffer.from(body.text, 'utf8') : Buffer.from(body.base64, 'base64');
