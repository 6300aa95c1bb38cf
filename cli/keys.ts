import { dynamoClient } from '../adapters/aws-clients.ts';
import { Sha256Hasher } from '../adapters/crypto/hasher.ts';
import { randomKey } from '../adapters/crypto/random-key.ts';
import { DynamoApiKeyStore } from '../adapters/dynamo/api-keys.ts';
import { SystemClock } from '../adapters/system/clock.ts';
import { run } from '../scripts/keys/run.ts';

/** Runs a command of the operator on the table of a deployment. @returns its exit code */
export const runKeys = (
  args: readonly string[],
  io: { out: (line: string) => void; say: (line: string) => void },
): Promise<number> =>
  run(
    args,
    {
      ...io,
      keys: (table) => new DynamoApiKeyStore({ client: dynamoClient(), table }),
      hasher: new Sha256Hasher(),
      clock: new SystemClock(),
      random: randomKey,
    },
    'spectra keys',
  );
