import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { nodeExecutable } from './lambda/node-executable.ts';
import { spawnTied } from './processes/child-process.ts';

/** For whom an API key is, and where it is stored. */
export interface KeyRequest {
  table: string;
  tenantId: string;
  /** Default: all that the key script gives by itself. */
  permissions?: readonly string[];
  awsEndpointUrl: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** Makes an API key and stores it; returns its text. */
export type IssueKey = (request: KeyRequest) => Promise<string>;

/** Makes keys with the script that also makes them in production, if the project has it. */
export function keyScriptOf(projectDir: string): IssueKey | undefined {
  const script = join(projectDir, 'scripts/keys/main.ts');
  if (!existsSync(script)) return undefined;
  return async ({ table, tenantId, permissions, awsEndpointUrl, region, credentials }) => {
    const wanted = permissions === undefined ? [] : ['--permissions', permissions.join(' ')];
    let printed = '';
    const child = await spawnTied({
      command: nodeExecutable(),
      args: [script, 'create', '--table', table, '--tenant', tenantId, ...wanted],
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: awsEndpointUrl,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      onOutput: (text) => (printed += text),
    });
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`The API key could not be made: ${printed.trim()}`);
    const key = printed.split('\n').find((line) => line.startsWith('sb_'));
    if (key === undefined) throw new Error(`The key script printed no key: ${printed.trim()}`);
    return key.trim();
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
