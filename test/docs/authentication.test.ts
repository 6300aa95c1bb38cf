import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { Permission } from '../../contract/service.ts';
import { tokenSettings } from '../../contract/settings.ts';
import { believedSeconds } from '../../core/api-keys/cached-keys.ts';
import { keySetTimes } from '../../core/auth/cached-key-set.ts';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { bash } from './bash.ts';
import { root } from './documents.ts';
import { snippetsOf } from './snippets.ts';

let page: string;
let aws: LocalAws;
let home: string;
beforeAll(async () => {
  page = await readFile(join(root, 'docs/authentication.md'), 'utf8');
  home = await mkdtemp(join(tmpdir(), 'spectra-keys-'));
  aws = await startLocal();
});
afterAll(async () => {
  await aws.stop();
  await rm(home, { recursive: true, force: true });
});

const inShell = (script: string) => {
  const env = {
    HOME: home,
    API_URL: aws.apiUrl,
    TABLE: aws.outputs.TableName ?? '',
    AWS_ENDPOINT_URL: aws.awsEndpointUrl,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
  };
  return bash(script, { cwd: root, env });
};

const Listed = z.object({
  key_id: z.string(),
  state: z.string(),
  name: z.string().nullable(),
  replaced_by: z.string().nullable(),
});

it('the commands for keys work when they are pasted as they are, on the real table', async () => {
  const blocks = (await snippetsOf('docs/authentication.md', ['bash'])).map(({ code }) => code);
  expect(blocks).toHaveLength(1);
  const { code, stdout, stderr } = await inShell(blocks.join('\n'));
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is revoked') as unknown });
  expect(stdout.match(/"jobs":\[\]/g)).toHaveLength(2);
  const listed = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{"key_id"') ? [Listed.parse(JSON.parse(line))] : []));
  expect(listed).toMatchObject([{ state: 'active' }, { state: 'active' }]);
  const after = await inShell('npm run -s keys -- list --table "$TABLE" --tenant acme --json');
  const keys = after.stdout
    .trim()
    .split('\n')
    .map((line) => Listed.parse(JSON.parse(line)));
  const revoked = keys.find(({ state }) => state === 'revoked');
  expect(keys.map(({ state }) => state).sort()).toEqual(['active', 'active', 'revoked']);
  expect(keys.find(({ key_id }) => key_id === revoked?.replaced_by)).toMatchObject({
    state: 'active',
    name: 'nightly',
  });
});

it('a table that is not there, or no credentials, fail with 1 and say so', async () => {
  const { code, stdout, stderr } = await inShell('npm run -s keys -- list --table nowhere --tenant acme');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('ResourceNotFoundException');
});

it('names every setting, permission and time that the code has', () => {
  for (const name of [...Object.keys(tokenSettings), ...Permission.options]) expect(page).toContain(`\`${name}\``);
  expect(page).toContain(`**${believedSeconds} seconds**`);
  expect(page).toContain(`once in ${keySetTimes.cooldown} seconds`);
  expect(page).toContain(`after ${keySetTimes.fresh / 60} minutes`);
  expect(page).toContain(`for ${keySetTimes.stale / 3600} hour`);
});
