import * as z from 'zod';
import { believedSeconds } from '../../core/api-keys/cached-keys.ts';
import { type Command, readOptions, text } from './command.ts';
import { key, table } from './options.ts';

export const revoke: Command = {
  usage: `revoke --table NAME --key ID
    Ends a key for good. Whoever used it in the last ${believedSeconds} seconds may still get in for as long.`,

  run: async (args, { keys, clock, say }) => {
    const options = readOptions(args, { table: text, key: text }, z.object({ table, key }));
    const result = await keys(options.table).revoke(options.key, clock.now().toISOString());
    switch (result.outcome) {
      case 'revoked':
        say(
          `Key ${options.key} of tenant ${result.key.tenant_id} is revoked. ` +
            `The service remembers keys for ${believedSeconds} seconds: until then it may still be let in.`,
        );
        return;
      case 'revoked_before':
        say(`Key ${options.key} of tenant ${result.key.tenant_id} was revoked at ${result.key.revoked_at ?? ''}.`);
        return;
      case 'unknown':
        throw new Error(`There is no key ${options.key}.`);
    }
  },
};
