import { RedshiftDataClient, type RedshiftDataClientConfig } from '@aws-sdk/client-redshift-data';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';

/** Clients kept at most: the one made first goes. */
const mostClients = 100;
const sessionSeconds = 3600;

/** One client per role, with credentials of that role: lent for an hour, renewed by the SDK before they end. */
export class RoleClients {
  readonly #sts: STSClient;
  readonly #session: string;
  readonly #config: RedshiftDataClientConfig;
  readonly #clients = new Map<string, RedshiftDataClient>();

  /** `session` names the sessions: by it the deployment knows its statements again. */
  constructor(sts: STSClient, session: string, config: RedshiftDataClientConfig) {
    this.#session = session;
    this.#sts = sts;
    this.#config = config;
  }

  of(roleArn: string): RedshiftDataClient {
    const known = this.#clients.get(roleArn);
    if (known) return known;
    const [oldest] = this.#clients.keys();
    if (oldest !== undefined && this.#clients.size >= mostClients) this.#clients.delete(oldest);
    const client = new RedshiftDataClient({ ...this.#config, credentials: () => this.#assume(roleArn) });
    this.#clients.set(roleArn, client);
    return client;
  }

  async #assume(RoleArn: string) {
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: this.#session, DurationSeconds: sessionSeconds });
    const { Credentials } = await this.#sts.send(command);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || Expiration === undefined)
      throw new Error(`STS lent no credentials of ${RoleArn}`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: SessionToken }),
      expiration: Expiration,
    };
  }
}
