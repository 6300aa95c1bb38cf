import * as z from 'zod';
import type { ApiKeyRecord } from '../../contract/records.ts';
import { keyState } from '../../core/api-keys/key-state.ts';
import { type Command, flag, readOptions, text } from './command.ts';
import { columns } from './columns.ts';
import { table, tenant } from './options.ts';

export const list: Command = {
  usage: `list --table NAME --tenant ID [--json]
    Shows every key of a tenant, the newest first; --json: one JSON object a line. Never a secret.`,

  run: async (args, { keys, clock, out, say }) => {
    const options = readOptions(
      args,
      { table: text, tenant: text, json: flag },
      z.object({ table, tenant, json: z.boolean().default(false) }),
    );
    const found = await keys(options.table).list(options.tenant);
    const shown = found.map((key) => show(key, clock.now()));
    if (options.json) for (const key of shown) out(JSON.stringify(key));
    else if (shown.length === 0) say(`Tenant ${options.tenant} has no keys.`);
    else for (const line of columns(heading, shown.map(row))) out(line);
  },
};

/** What may be seen of a key: neither its hash nor its salt. */
const show = (key: ApiKeyRecord, now: Date) => ({
  key_id: key.key_id,
  tenant_id: key.tenant_id,
  name: key.name ?? null,
  state: keyState(key, now),
  permissions: key.permissions,
  warehouse_user: key.warehouse_user ?? null,
  created_at: key.created_at,
  expires_at: key.expires_at ?? null,
  revoked_at: key.revoked_at ?? null,
  replaced_by: key.replaced_by ?? null,
});

const heading = ['KEY', 'STATE', 'NAME', 'PERMISSIONS', 'DATABASE USER', 'CREATED', 'ENDS', 'REPLACED BY'];

const row = (key: ReturnType<typeof show>): string[] => [
  key.key_id,
  key.state,
  key.name ?? '-',
  key.permissions.join(' ') || '-',
  key.warehouse_user ?? '-',
  key.created_at,
  key.revoked_at ?? key.expires_at ?? 'never',
  key.replaced_by ?? '-',
];
