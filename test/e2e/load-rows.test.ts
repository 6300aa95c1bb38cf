import { startService, type Service } from './harness.ts';
import { ahead } from './support/loads/ahead.ts';
import { columnCases, mappingCases } from './support/loads/columns.ts';
import { csvForms, otherForms } from './support/loads/dialects.ts';
import { fileErrors } from './support/loads/file-errors.ts';
import { expectLoadCase, runLoadCase, type LoadCase, type LoadCaseResult } from './support/loads/load-case.ts';
import { guards, rowErrors, typeErrors, unreadableRows } from './support/loads/row-errors.ts';

let service: Service;
let result: (one: LoadCase) => Promise<LoadCaseResult>;

const groups: Readonly<Record<string, readonly LoadCase[]>> = {
  'a row is rejected for its type alone, with its line and column': typeErrors,
  'a row is rejected for what the table does not take': rowErrors,
  'a row that is no row is rejected': unreadableRows,
  'too many rejected rows': guards,
  'CSV is read however it is written': csvForms,
  'JSON and Parquet are read however they are written': otherForms,
  'columns find each other': columnCases,
  'mappings make values': mappingCases,
  'nothing of a load is applied that can not be one': fileErrors,
};

beforeAll(async () => {
  service = await startService();
  await service.warehouse.run('CREATE SCHEMA demo');
  result = ahead(Object.values(groups).flat(), (one) => runLoadCase(service, one));
});
afterAll(() => service.stop());

describe.each(Object.entries(groups))('%s', (_what, cases) => {
  it.each(cases)('$name', async (one) => expectLoadCase(one, await result(one)));
});
