import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { identityOf, type TenantIdentity } from '../../contract/tenant-identity.ts';
import type { RoleClients } from './role-clients.ts';
import { type WarehouseTarget, placeInput, targetInput } from './target.ts';

export interface EntranceOptions {
  client: RedshiftDataClient;
  target: WarehouseTarget;
  identity: TenantIdentity;
  /** Asked for with identity `role` only. */
  roles: () => RoleClients;
}

/** How a statement of a user gets into the warehouse: by which client, and with which members of the request. */
export class Entrance {
  readonly #options: EntranceOptions;
  #roles: RoleClients | undefined;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  for(user: string): { client: RedshiftDataClient; input: ReturnType<typeof targetInput> } {
    const { client, target, identity } = this.#options;
    switch (identity.kind) {
      case 'shared':
        return { client, input: targetInput(target) };
      case 'db_user':
        return { client, input: { ...placeInput(target), DbUser: identityOf(identity.pattern, user) } };
      case 'secret':
        return { client, input: { ...placeInput(target), SecretArn: identityOf(identity.pattern, user) } };
      case 'role':
        this.#roles ??= this.#options.roles();
        return { client: this.#roles.of(identityOf(identity.pattern, user)), input: placeInput(target) };
    }
  }
}
