import { DeploymentName, JobId, QueryHash, TenantId } from '../../../contract/ids.ts';
import { parseStatementName, type StatementLabel, statementName } from '../../../core/jobs/statement-name.ts';

const deployment = DeploymentName.parse('spectra');
const run = {
  tenant_id: TenantId.parse('acme'),
  job_id: JobId.parse('01KAJ3T9V5Q8Z7N2M4R6W1XYBC'),
  attempt: 2,
};
const query_hash = QueryHash.parse('0123456789abcdef');
const label: StatementLabel = { deployment, run, work: { kind: 'export', content_type: 'CSV', query_hash } };
const load: StatementLabel = { deployment, run, work: { kind: 'load' } };

it.each([label, load])('a name says all that the finisher needs', (label) => {
  expect(parseStatementName(statementName(label), deployment)).toEqual(label);
});

it.each([
  ['of another deployment', 'other:acme:01KAJ3T9V5Q8Z7N2M4R6W1XYBC:2:CSV'],
  ['of somebody else', 'my-etl-job'],
  ['with a part too many', `${statementName(label)}:x`],
  ['with a part too few', 'spectra:acme:01KAJ3T9V5Q8Z7N2M4R6W1XYBC:2:CSV'],
  ['with a job id that is none', 'spectra:acme:../../x:2:CSV:0123456789abcdef'],
  ['with an attempt that is none', 'spectra:acme:01KAJ3T9V5Q8Z7N2M4R6W1XYBC:0:CSV:0123456789abcdef'],
  ['with a hash that is none', 'spectra:acme:01KAJ3T9V5Q8Z7N2M4R6W1XYBC:2:CSV:zz'],
  ['of a load with a part too many', `${statementName(load)}:0123456789abcdef`],
  ['that is empty', ''],
])('a statement %s is not ours', (_hazard, name) => {
  expect(parseStatementName(name, deployment)).toBeUndefined();
});
