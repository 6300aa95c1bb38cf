import type { TenantId } from '../../contract/ids.ts';
import type { WaitingJob } from '../ports.ts';
import { type AdmitDeps, admission } from './admit-job.ts';
import { submitRun } from './submit-run.ts';

/** The cluster's admission record as the stream shows it: perhaps already out of date. */
export interface Wake {
  holders: number;
  waiting: TenantId[];
  last_tenant?: TenantId | undefined;
}

const mostSteps = 50;

/**
 * A place may be free: lets waiting jobs in until it is full, oldest first within a tenant, tenants in turn. Each admission
 * changes the admission record and so wakes this again; it comes to rest when nothing more can be let in.
 */
export async function admitWaiting(deps: AdmitDeps, wake: Wake): Promise<void> {
  if (wake.holders >= deps.limits.cluster) return;
  const seen = new Set<TenantId>();
  let cursor: Parameters<AdmitDeps['admission']['nextWaiting']>[0] = wake.last_tenant && {
    tenant_id: wake.last_tenant,
  };
  let wrapped = cursor === undefined;
  for (let step = 0; step < mostSteps; step += 1) {
    const next: WaitingJob | undefined = await deps.admission.nextWaiting(cursor);
    if (!next && wrapped) return settle(deps, wake, seen);
    if (!next) {
      wrapped = true;
      cursor = undefined;
      continue;
    }
    if (wrapped && wake.last_tenant !== undefined && next.tenant_id > wake.last_tenant) return settle(deps, wake, seen);
    seen.add(next.tenant_id);
    const outcome = await deps.admission.admit(
      admission(deps, { ...next, state: 'UploadComplete' }),
      deps.limits,
      'turn',
    );
    if (outcome.outcome === 'written') await submitRun(deps, { run: runOf(next), repeated: false });
    if (outcome.outcome === 'full' && outcome.scope !== 'tenant') return;
    // The index lags: a job that is no longer waiting is stepped over, its tenant is not.
    cursor = outcome.outcome === 'stale' ? next : { tenant_id: next.tenant_id };
  }
}

/** A full round was made: the mark comes off the tenants of whom nobody waits. */
async function settle(deps: AdmitDeps, wake: Wake, seen: ReadonlySet<TenantId>): Promise<void> {
  const idle = wake.waiting.filter((tenant) => !seen.has(tenant));
  if (idle.length > 0) await deps.admission.unmarkWaiting(idle);
}

const runOf = ({ tenant_id, job_id, attempt }: WaitingJob) => ({ tenant_id, job_id, attempt });
