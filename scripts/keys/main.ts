import { dynamoClient } from '../../adapters/aws-clients.ts';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { randomKey } from '../../adapters/crypto/random-key.ts';
import { DynamoApiKeyStore } from '../../adapters/dynamo/api-keys.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  keys: (table) => new DynamoApiKeyStore({ client: dynamoClient(), table }),
  hasher: new Sha256Hasher(),
  clock: new SystemClock(),
  random: randomKey,
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
});
