import { readFileSync } from 'node:fs';
import { errorsDocument } from '../../scripts/errors/document.ts';

it('the error catalogue is the one that the code uses (npm run errors writes it)', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsDocument());
});
