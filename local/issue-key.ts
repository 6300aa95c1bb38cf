import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { Sha256Hasher } from '../adapters/crypto/hasher.ts';
import { randomKey } from '../adapters/crypto/random-key.ts';
import { DynamoApiKeyStore } from '../adapters/dynamo/api-keys.ts';
import { SystemClock } from '../adapters/system/clock.ts';
import { run } from '../scripts/keys/run.ts';

const requestTimeout = 10_000;

/** For whom an API key is, and where it is stored. */
export interface KeyRequest {
  table: string;
  tenantId: string;
  /** Default: all that the command gives by itself. */
  permissions?: readonly string[];
  awsEndpointUrl: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** Makes an API key and stores it; returns its text. */
export type IssueKey = (request: KeyRequest) => Promise<string>;

/** Makes keys by the command that also makes them in production, if the project has it. */
export function keyCommandOf(projectDir: string): IssueKey | undefined {
  if (!existsSync(join(projectDir, 'scripts/keys/main.ts'))) return undefined;
  return async ({ table, tenantId, permissions, awsEndpointUrl: endpoint, region, credentials }) => {
    const wanted = permissions === undefined ? [] : ['--permissions', permissions.join(' ')];
    const client = new DynamoDBClient({ endpoint, region, credentials, requestHandler: { requestTimeout } });
    const out: string[] = [];
    const said: string[] = [];
    try {
      const code = await run(['create', '--table', table, '--tenant', tenantId, ...wanted], {
        keys: (name) => new DynamoApiKeyStore({ client, table: name }),
        hasher: new Sha256Hasher(),
        clock: new SystemClock(),
        random: randomKey,
        out: (line) => void out.push(line),
        say: (line) => void said.push(line),
      });
      const [key] = out;
      if (code !== 0 || key === undefined) throw new Error(`The API key could not be made: ${said.join(' ').trim()}`);
      return key;
    } finally {
      client.destroy();
    }
  };
}

const KeyFile = z.object({ api_key: z.string(), tenant_id: z.string() });

/** The key that an earlier run on this data directory made, or a new one, kept for the next run. */
export async function keptKey(
  dataDir: string | undefined,
  tenantId: string,
  issue: () => Promise<string>,
): Promise<string> {
  if (dataDir === undefined) return await issue();
  const file = join(dataDir, 'api-key.json');
  const kept = KeyFile.safeParse(await readFile(file, 'utf8').then(JSON.parse, () => undefined));
  if (kept.success && kept.data.tenant_id === tenantId) return kept.data.api_key;
  const key = await issue();
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify({ api_key: key, tenant_id: tenantId }), { mode: 0o600 });
  return key;
}
