import { parseArgs } from 'node:util';
import * as z from 'zod';
import { TenantId } from '../../contract/ids.ts';
import { Permission } from '../../contract/service.ts';
import { dynamoClient } from '../../adapters/aws-clients.ts';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { randomKey } from '../../adapters/crypto/random-key.ts';
import { DynamoApiKeyStore } from '../../adapters/dynamo/api-keys.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import { newKey } from '../../core/api-keys/api-key.ts';

const usage = `Usage: npm run keys -- create --table NAME --tenant ID [--permissions "bulk:read bulk:write"] [--expires ISO-DATE]

Makes an API key and prints it, once. Credentials and region come from the environment (AWS_PROFILE, AWS_REGION, ...).
`;

const Options = z.object({
  table: z.string().min(3),
  tenant: TenantId,
  permissions: z
    .string()
    .default('bulk:read bulk:write')
    .transform((text) => text.split(/[ ,]+/).filter((word) => word !== ''))
    .pipe(z.array(Permission).min(1)),
  expires: z.iso.datetime().optional(),
});

function readOptions(): z.infer<typeof Options> | undefined {
  const string = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    options: { table: string, tenant: string, permissions: string, expires: string },
    allowPositionals: true,
  });
  if (positionals.length !== 1 || positionals[0] !== 'create') return undefined;
  const parsed = Options.safeParse(values);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

async function create({ table, tenant, permissions, expires }: z.infer<typeof Options>): Promise<string> {
  const key = { tenant_id: tenant, permissions, random: randomKey(), expires_at: expires };
  const { record, text } = newKey(new Sha256Hasher(), new SystemClock(), key);
  await new DynamoApiKeyStore({ client: dynamoClient(), table }).add(record);
  return text;
}

try {
  const options = readOptions();
  if (options) process.stdout.write(`${await create(options)}\n`);
  else {
    process.stderr.write(usage);
    process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
