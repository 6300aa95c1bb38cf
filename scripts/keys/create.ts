import * as z from 'zod';
import { newKey } from '../../core/api-keys/api-key.ts';
import { type Command, readOptions, text } from './command.ts';
import { describeKey } from './describe-key.ts';
import { expiry, name, permissions, table, tenant, warehouseUser } from './options.ts';

export const create: Command = {
  usage: `create --table NAME --tenant ID [--permissions "bulk:read bulk:write query"] [--name TEXT] [--expires WHEN] [--warehouse-user NAME]
    Makes a key and prints it, once. WHEN: a date, a time, or a duration such as 90d; default: never.`,

  run: async (args, { keys, hasher, clock, random, out, say }) => {
    const options = readOptions(
      args,
      { table: text, tenant: text, permissions: text, name: text, expires: text, 'warehouse-user': text },
      z.object({
        table,
        tenant,
        permissions: permissions.prefault('bulk:read bulk:write query'),
        name: name.optional(),
        expires: expiry(clock.now()).optional(),
        'warehouse-user': warehouseUser.optional(),
      }),
    );
    const made = newKey(hasher, clock, {
      tenant_id: options.tenant,
      permissions: options.permissions,
      random: random(),
      name: options.name,
      expires_at: options.expires,
      warehouse_user: options['warehouse-user'],
    });
    await keys(options.table).add(made.record);
    out(made.text);
    say(`${describeKey(made.record)} It is shown this once.`);
  },
};
