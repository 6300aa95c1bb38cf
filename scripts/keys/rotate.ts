import * as z from 'zod';
import type { ApiKeyRecord } from '../../contract/records.ts';
import { believedSeconds } from '../../core/api-keys/cached-keys.ts';
import { rotateKey } from '../../core/api-keys/rotate-key.ts';
import type { Rotation } from '../../core/ports.ts';
import { type Command, readOptions, text } from './command.ts';
import { describeKey } from './describe-key.ts';
import { Duration, expiry, key, table } from './options.ts';

export const rotate: Command = {
  usage: `rotate --table NAME --key ID [--grace 24h] [--expires WHEN]
    Makes a key that may do the same and prints it, once; the old one ends after the grace (0: at once).
    Without --expires, the new key lives as long as the old one was meant to.`,

  run: async (args, { keys, hasher, clock, random, out, say }) => {
    const options = readOptions(
      args,
      { table: text, key: text, grace: text, expires: text },
      z.object({ table, key, grace: Duration.prefault('24h'), expires: expiry(clock.now()).optional() }),
    );
    const store = keys(options.table);
    const old = await store.findLatest(options.key);
    if (!old) throw new Error(`There is no key ${options.key}.`);
    const wish = { old, random: random(), grace: options.grace, expires_at: options.expires };
    const made = rotateKey(hasher, clock, wish);
    const result = await store.rotate(made.rotation);
    switch (result.outcome) {
      case 'rotated':
        out(made.text);
        say(`${describeKey(made.rotation.successor)} It is shown this once.`);
        say(endOf(made.rotation));
        return;
      case 'refused':
        throw new Error(refusal(result.key));
      case 'unknown':
        throw new Error(`There is no key ${options.key}.`);
    }
  },
};

const endOf = ({ key_id, end }: Rotation): string =>
  'revoked_at' in end
    ? `Key ${key_id} is revoked; for ${believedSeconds} seconds it may still be let in.`
    : `Key ${key_id} works until ${end.expires_at}.`;

const refusal = ({ key_id, tenant_id, revoked_at, replaced_by }: ApiKeyRecord): string =>
  revoked_at === undefined
    ? `Key ${key_id} was replaced by ${replaced_by ?? ''} before: rotate that one.`
    : `Key ${key_id} was revoked at ${revoked_at}: create a new key for tenant ${tenant_id}.`;
