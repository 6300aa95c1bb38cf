import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { contractTypes } from '../../../scripts/sdk/contract-types.ts';

it("the SDK's types are those of the contract (npm run openapi writes them)", async () => {
  const path = 'client/contract.ts';
  const style = await resolveConfig(path);
  const openapi: unknown = JSON.parse(readFileSync('contract/openapi.json', 'utf8'));
  expect(readFileSync(path, 'utf8')).toBe(await format(contractTypes(openapi), { ...style, filepath: path }));
});
