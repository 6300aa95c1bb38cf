import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  type ExecuteStatementCommandOutput,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { StatementId } from '../../contract/ids.ts';
import { identityOf, type TenantIdentity } from '../../contract/tenant-identity.ts';
import type { SubmitOutcome } from '../../core/ports.ts';
import type { RoleClients } from './role-clients.ts';
import { submitOutcome } from './submit-errors.ts';
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

  /** Submits a statement as a user. An answer that refuses it, now or for good, is an outcome; any other error is thrown on. */
  async execute(
    user: string,
    statement: Pick<ExecuteStatementCommandInput, 'Sql' | 'ClientToken' | 'StatementName'> &
      Partial<ExecuteStatementCommandInput>,
  ): Promise<Submission> {
    const { client, input } = this.for(user);
    return settle(client.send(new ExecuteStatementCommand({ ...input, ...statement })));
  }

  /** The same for several statements in one transaction. */
  async executeBatch(
    user: string,
    batch: Pick<BatchExecuteStatementCommandInput, 'Sqls' | 'ClientToken' | 'StatementName' | 'WithEvent'>,
  ): Promise<Submission> {
    const { client, input } = this.for(user);
    return settle(client.send(new BatchExecuteStatementCommand({ ...input, ...batch })));
  }
}

type Submission =
  | { outcome: 'submitted'; statement_id: StatementId; status: ExecuteStatementCommandOutput['Status'] }
  | Exclude<SubmitOutcome, { outcome: 'submitted' }>;

async function settle(sent: Promise<Pick<ExecuteStatementCommandOutput, 'Id' | 'Status'>>): Promise<Submission> {
  try {
    const { Id, Status } = await sent;
    return { outcome: 'submitted', statement_id: StatementId.parse(Id), status: Status };
  } catch (error) {
    const outcome = submitOutcome(error);
    if (!outcome) throw error;
    return outcome;
  }
}
