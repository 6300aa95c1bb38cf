import { join } from 'node:path';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { offlineCdk, type OfflineCdk } from '../support/cdk.ts';

const minutes = 60_000;
let aws: LocalAws;
let offline: OfflineCdk;
let runs = 0;

beforeAll(async () => {
  aws = await startLocal();
  const { awsEndpointUrl, region, credentials } = aws;
  offline = await offlineCdk({
    NO_PROXY: '127.0.0.1',
    AWS_ENDPOINT_URL: awsEndpointUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
});
afterAll(async () => {
  await aws.stop();
  await offline.remove();
});

/** What it prints. The assembly goes elsewhere than cdk.out, which other commands write at the same time. */
async function cdk(command: string, ...args: string[]): Promise<string> {
  const output = join(offline.folder, `assembly-${(runs += 1)}`);
  const { stdout, stderr } = await offline.cdk(command, '--output', output, ...args);
  return stdout + stderr;
}

describe('plain cdk diff against the running local AWS', () => {
  it(
    'finds no difference to what was started from the same code, and warns of nothing',
    async () => {
      aws.calls.reset();
      const printed = await cdk('diff');
      expect(printed).toContain('There were no differences');
      expect(printed).toContain('Number of stacks with differences: 0');
      expect(printed).not.toMatch(/fail:|could not be used|was not assumed|bootstrap/i);
      const asked = aws.calls.snapshot().filter(({ service: name }) => name === 'cloudformation');
      expect(asked).toContainEqual(expect.objectContaining({ operation: 'GetTemplate', calls: 1, errors: 0 }));
    },
    5 * minutes,
  );

  it(
    'shows what a setting would change in what runs',
    async () => {
      const printed = await cdk('diff', '-c', 'SPECTRA_RESULT_TTL_DAYS=9');
      expect(printed).toMatch(/\[~\] AWS::S3::Bucket Results\/Bucket/);
      expect(printed).toMatch(/SPECTRA_RESULT_TTL_DAYS:\s+├─ \[-\] 7\s+└─ \[\+\] 9/);
      expect(printed).not.toMatch(/aws:asset|S3Key|\[[+-]\] AWS::/);
    },
    5 * minutes,
  );

  it(
    'shows a stack of another name as all new, since it does not run',
    async () => {
      const printed = await cdk('diff', '-c', 'SPECTRA_STACK_NAME=Another');
      expect(printed).toContain('[+] AWS::DynamoDB::Table');
      expect(printed).not.toMatch(/\[[-~]\] AWS::/);
    },
    5 * minutes,
  );

  it(
    'does not deploy over what runs, and says so',
    async () => {
      const deployed = cdk('deploy', '--require-approval', 'never');
      await expect(deployed).rejects.toThrow('Nothing can be deployed to the local AWS');
    },
    5 * minutes,
  );
});
