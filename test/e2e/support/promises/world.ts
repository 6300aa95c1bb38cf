import type { JWTPayload } from 'jose';
import {
  statementsOf,
  type StatementStatus,
  type Submission,
} from '../../../../local/redshift/statements/statement.ts';
import { type LocalIssuer, makeSigner, seconds, type Signer, startIssuer } from '../../../support/issuer.ts';
import { type Service, startService } from '../../harness.ts';

const audience = 'https://bulk.example.com';

/** What the warehouse says of a statement that has this name in it. */
const words: Readonly<Record<string, string>> = {
  no_space: 'Disk Full',
  no_permission: 'permission denied for relation sales',
  stopped_by_rule: 'Query aborted by query monitoring rule',
  broken_line: "Query cancelled on user's request",
};

/** Limits low enough to be met, and far from what the rows need beside that. */
export const set = {
  SPECTRA_JOB_TTL_DAYS: '3',
  SPECTRA_RESULT_TTL_DAYS: '2',
  SPECTRA_PRESIGNED_URL_EXPIRY: '120',
  SPECTRA_SWEEP_GRACE_SECONDS: '0',
  SPECTRA_MAX_ATTEMPTS: '2',
  SPECTRA_TENANT_REQUESTS_PER_SECOND: '12',
  SPECTRA_TENANT_REQUEST_BURST: '120',
  SPECTRA_TENANT_JOBS_PER_DAY: '40',
  SPECTRA_TENANT_MAX_WAITING_JOBS: '3',
} as const;

/** One service for all rows, with an issuer of tokens beside it and a user in the warehouse for each tenant. */
export class World {
  readonly service: Service;
  readonly issuer: LocalIssuer;
  readonly signer: Signer;
  readonly #gate: Gate;

  private constructor(parts: { service: Service; issuer: LocalIssuer; signer: Signer; gate: Gate }) {
    this.service = parts.service;
    this.issuer = parts.issuer;
    this.signer = parts.signer;
    this.#gate = parts.gate;
  }

  static async start(): Promise<World> {
    const [issuer, signer] = await Promise.all([startIssuer(), makeSigner('RS256', 'first')]);
    issuer.serve({ keys: [signer.publicKey] });
    const gate = new Gate();
    const service = await startService({
      settings: {
        ...set,
        SPECTRA_TENANT_IDENTITY: 'secret:redshift/{user}',
        SPECTRA_JWT_ISSUER: issuer.url,
        SPECTRA_JWT_AUDIENCE: audience,
      },
      warehouse: { onStatus: gate.onStatus },
    });
    service.aws.schedules.pause();
    return new World({ service, issuer, signer, gate });
  }

  async stop(): Promise<void> {
    this.#gate.release();
    await this.service.stop();
    await this.issuer.stop();
  }

  /** Statements with `held` in their text stay at their start until `act` is over. */
  holding = async (act: () => Promise<void>): Promise<void> => {
    this.#gate.close();
    try {
      await act();
    } finally {
      this.#gate.release();
    }
  };

  /** What a good token of this tenant claims. */
  claims = (tenant: string, more: Record<string, unknown> = {}): JWTPayload => ({
    iss: this.issuer.url,
    aud: audience,
    sub: 'pipeline@example.com',
    iat: seconds(Date.now()),
    exp: seconds(Date.now()) + 300,
    permissions: ['bulk:read', 'bulk:write', 'query'],
    tenant_id: tenant,
    ...more,
  });
}

/** Holds statements back, and lets some fail. */
class Gate {
  #open: Promise<void> = Promise.resolve();
  #failedOnce = new Set<string>();
  release: () => void = () => undefined;

  close(): void {
    this.#open = new Promise((resolve) => (this.release = resolve));
  }

  onStatus = (submission: Submission, status: StatementStatus): Promise<void> => {
    if (status !== 'STARTED') return Promise.resolve();
    const sql = statementsOf(submission)
      .map(({ request }) => request.sql)
      .join('; ');
    const [, fault] = Object.entries(words).find(([name]) => sql.includes(name)) ?? [];
    if (fault !== undefined && !this.#isOver(sql)) return Promise.reject(new Error(fault));
    return sql.includes('held') ? this.#open : Promise.resolve();
  };

  /** A fault that is named `..._once_<tenant>` is met by the first statement only. */
  #isOver(sql: string): boolean {
    const [once] = /_once_\w+/.exec(sql) ?? [];
    if (once === undefined) return false;
    const known = this.#failedOnce.has(once);
    this.#failedOnce.add(once);
    return known;
  }
}
