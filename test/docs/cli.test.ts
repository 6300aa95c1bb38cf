import { readFileSync } from 'node:fs';
import { withReference } from '../../scripts/cli/document.ts';

it('commands, options and exit codes in docs/cli.md are those that the command has (npm run cli-docs writes them)', () => {
  const page = readFileSync('docs/cli.md', 'utf8');
  expect(page).toBe(withReference(page));
});
