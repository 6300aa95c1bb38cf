import type { Language } from './snippets.ts';

/** Which blocks are meant: those of a page, of a language, that begin like this. */
interface Which {
  page: string | RegExp;
  languages: readonly Language[];
  starts?: string;
}

/** Blocks that are run or checked, and the test that does it. */
export const used: readonly (Which & { by: string })[] = [
  { page: /^docs\/guides\//, languages: ['bash', 'js'], by: 'test/docs/guides.test.ts' },
  { page: 'README.md', languages: ['bash'], starts: 'npm ci', by: 'test/docs/quickstart.test.ts' },
  { page: 'README.md', languages: ['bash'], starts: 'npm run demo', by: 'test/docs/quickstart.test.ts' },
  { page: 'README.md', languages: ['sh'], by: 'test/docs/guides.test.ts' },
  { page: 'README.md', languages: ['js'], by: 'test/docs/sdk.test.ts' },
  { page: 'docs/README.md', languages: ['bash'], by: 'test/docs/guides.test.ts' },
  { page: 'docs/quickstart.md', languages: ['bash'], by: 'test/docs/quickstart.test.ts' },
  { page: 'docs/sdk.md', languages: ['js'], by: 'test/docs/sdk.test.ts' },
  { page: 'docs/cli.md', languages: ['bash'], by: 'test/e2e/cli.test.ts' },
  { page: 'docs/cli.md', languages: ['json'], by: 'test/docs/requests.test.ts' },
  { page: 'docs/api.md', languages: ['json'], by: 'test/docs/requests.test.ts' },
  { page: 'docs/api.md', languages: ['sh'], by: 'test/docs/guides.test.ts' },
  { page: 'docs/authentication.md', languages: ['bash'], by: 'test/docs/authentication.test.ts' },
  { page: 'docs/authentication.md', languages: ['json'], by: 'test/docs/requests.test.ts' },
  { page: 'docs/deploy.md', languages: ['sql'], by: 'test/docs/operations.test.ts' },
  { page: 'docs/runbook.md', languages: ['sh'], by: 'test/docs/operations.test.ts' },
];

const account = 'it changes an AWS account; test/docs/documents.test.ts holds its settings to those that exist';

/** Blocks that no test runs, and why. */
export const unused: readonly (Which & { why: string })[] = [
  { page: 'README.md', languages: ['bash'], starts: 'npx cdk deploy', why: account },
  {
    page: 'docs/README.md',
    languages: ['sh'],
    starts: 'spectra()',
    why: 'it sets what the tests of the guides set themselves, with an address and a key that are made up',
  },
  {
    page: 'docs/quickstart.md',
    languages: ['sh'],
    why: 'it takes a file of the reader; the command above it is the same and is run',
  },
  { page: 'docs/cli.md', languages: ['sh'], why: 'its address is made up; spectra doctor is run by the quickstart' },
  { page: 'docs/authentication.md', languages: ['sh'], why: account },
  { page: 'docs/deploy.md', languages: ['sh'], starts: 'npm ci', why: account },
  { page: 'docs/deploy.md', languages: ['sh'], starts: 'npm run local', why: 'test/e2e/cdk-diff.test.ts does it' },
  {
    page: 'docs/deploy.md',
    languages: ['sh'],
    starts: 'git stash',
    why: 'it changes the working tree; test/infra/cdk-cli.test.ts runs cdk synth and npm run diff',
  },
  { page: 'docs/deploy.md', languages: ['sh'], starts: 'aws redshift', why: account },
  { page: 'docs/deploy.md', languages: ['sh'], starts: 'npx cdk', why: account },
  {
    page: 'docs/deploy.md',
    languages: ['sh'],
    starts: 'npm run keys',
    why: 'test/docs/authentication.test.ts runs these commands, on a table that is there',
  },
  { page: 'docs/operations.md', languages: ['sh'], starts: 'git pull', why: account },
  { page: 'docs/operations.md', languages: ['sh'], starts: 'aws dynamodb', why: 'DynamoDB Local has no backups' },
];
