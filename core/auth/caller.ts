import type { TenantId, WarehouseUser } from '../../contract/ids.ts';
import type { Permission } from '../../contract/service.ts';

/** Whoever has shown a credential, of either kind. */
export interface Caller {
  tenant_id: TenantId;
  /** For logs and `cancelled_by`: the id of an API key, or what core/auth/caller-id.ts makes of a token's subject. */
  caller_id: string;
  permissions: Permission[];
  /** Whom statements are to run as, where the credential says so. */
  warehouse_user?: WarehouseUser | undefined;
}
