import type { ApiKeyRecord } from '../../contract/records.ts';

/** A key in one sentence. */
export function describeKey({
  key_id,
  tenant_id,
  name,
  permissions,
  warehouse_user,
  expires_at,
}: ApiKeyRecord): string {
  const parts = [
    `Key ${key_id}${name === undefined ? '' : ` (${name})`} of tenant ${tenant_id}`,
    permissions.join(' ') || 'no permissions',
    ...(warehouse_user === undefined ? [] : [`database user ${warehouse_user}`]),
    expires_at === undefined ? 'never expires' : `expires ${expires_at}`,
  ];
  return `${parts.join(', ')}.`;
}
