import { TenantId, WarehouseUser } from '../../contract/ids.ts';
import { Permission } from '../../contract/service.ts';
import type { Hasher, TokenFault } from '../ports.ts';
import type { Caller } from './caller.ts';
import { tokenCallerId } from './caller-id.ts';

/** Names of the claims that say who calls. */
export interface CallerClaims {
  tenant: string;
  permissions: string;
  warehouseUser: string;
}

type Claims = ReadonlyMap<string, unknown>;
type Reading = { outcome: 'caller'; caller: Caller } | { outcome: 'refused'; fault: TokenFault };

const refused = (fault: TokenFault): Reading => ({ outcome: 'refused', fault });

/** Who calls, by the claims of a verified token. A claim of the wrong shape refuses the token: it is never left out or mended. */
export function tokenCaller(hasher: Pick<Hasher, 'hash'>, claims: Claims, names: CallerClaims): Reading {
  const tenant = TenantId.safeParse(claims.get(names.tenant));
  if (!tenant.success) return refused('tenant');
  const subject = subjectOf(claims);
  if (subject === undefined) return refused('subject');
  const permissions = permissionsOf(claims, names.permissions);
  if (permissions === undefined) return refused('permissions');
  const user = WarehouseUser.optional().safeParse(claims.get(names.warehouseUser));
  if (!user.success) return refused('warehouse_user');
  return {
    outcome: 'caller',
    caller: {
      tenant_id: tenant.data,
      caller_id: tokenCallerId(hasher, subject),
      permissions,
      ...(user.data !== undefined && { warehouse_user: user.data }),
    },
  };
}

/** A machine's token may name its client alone: `client_id` by RFC 9068, `azp` by OpenID Connect. */
function subjectOf(claims: Claims): string | undefined {
  const subject = ['sub', 'client_id', 'azp'].map((name) => claims.get(name)).find((value) => value !== undefined);
  return typeof subject === 'string' && subject !== '' ? subject : undefined;
}

/**
 * The permissions among what the claim lists, as an array or separated by spaces; OAuth's `scope` when there is no such claim. What
 * is no permission here is for somebody else (`openid`, `profile`) and gives nothing. undefined: neither an array nor a text.
 */
function permissionsOf(claims: Claims, name: string): Permission[] | undefined {
  const value = claims.get(name) ?? claims.get('scope') ?? [];
  const words: unknown = typeof value === 'string' ? value.split(' ') : value;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined;
  return Permission.options.filter((permission) => words.includes(permission));
}
