import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpectraClient } from '../../../../client/node.ts';
import { spectra } from '../../../support/cli/fake-io.ts';

const file = { url: 'https://file/v1', api_key: 'of-file' };
let home: string;
let path: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spectra-config-'));
  path = join(home, '.config/spectra/config.json');
  await mkdir(join(path, '..'), { recursive: true });
});
afterAll(() => rm(home, { recursive: true, force: true }));
beforeEach(() => write({ default_profile: 'a', profiles: { a: file, b: { url: 'https://b/v1', token: 'of-b' } } }));

const write = async (content: unknown, mode = 0o600) => {
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  await chmod(path, mode);
};

/** Where a call went and as whom, or what was said instead. */
async function asked(args: readonly string[], env: Record<string, string> = {}) {
  let to: unknown;
  const fetch = (input: string | URL | Request, init?: RequestInit) => {
    to = [
      typeof input === 'string' ? input.replace(/\/bulk.*$/, '') : input,
      new Headers(init?.headers).get('authorization'),
    ];
    return Promise.resolve(new Response('{"jobs":[],"next_cursor":null}'));
  };
  const connect = (options: ConstructorParameters<typeof SpectraClient>[0]) => new SpectraClient({ ...options, fetch });
  const { code, said } = await spectra(['jobs', 'list', ...args], { env, home, connect });
  return code === 0 ? to : [code, said];
}

it('flags go over the environment, and the environment over the file', async () => {
  expect(await asked([])).toEqual(['https://file/v1', 'Bearer of-file']);
  const env = { SPECTRA_URL: 'https://env/v1', SPECTRA_TOKEN: 'of-env' };
  expect(await asked([], env)).toEqual(['https://env/v1', 'Bearer of-env']);
  expect(await asked(['--url', 'https://flag/v1', '--api-key', 'of-flag'], env)).toEqual([
    'https://flag/v1',
    'Bearer of-flag',
  ]);
  expect(await asked(['--api-key', 'of-flag'])).toEqual(['https://file/v1', 'Bearer of-flag']);
});

it('the profile is that of the flag, of the environment, or the default one', async () => {
  expect(await asked(['--profile', 'b'])).toEqual(['https://b/v1', 'Bearer of-b']);
  expect(await asked([], { SPECTRA_PROFILE: 'b' })).toEqual(['https://b/v1', 'Bearer of-b']);
  expect(await asked(['--profile', 'a'], { SPECTRA_PROFILE: 'b' })).toEqual(['https://file/v1', 'Bearer of-file']);
  expect(await asked(['--profile', 'c'])).toEqual([2, expect.stringContaining('One of: a, b.')]);
});

it('the key of a profile is sent to no other address than its own', async () => {
  const elsewhere = await asked(['--url', 'https://elsewhere/v1']);
  expect(elsewhere).toEqual([4, expect.stringContaining('is not sent to https://elsewhere/v1')]);
  expect(await asked(['--url', 'https://file/v1/'])).toEqual(['https://file/v1', 'Bearer of-file']);
});

it('a file with a key that others may read is not used, but for its address', async () => {
  await write({ default_profile: 'a', profiles: { a: file } }, 0o640);
  expect(await asked([])).toEqual([1, expect.stringContaining(`chmod 600 ${path}`)]);
  expect(await asked([], { SPECTRA_API_KEY: 'of-env' })).toEqual(['https://file/v1', 'Bearer of-env']);
});

it.each([
  ['{', 'is not JSON'],
  [{ profiles: { a: { url: 'nothing' } } }, 'url'],
  [{ profiles: { a: { ...file, token: 'x' } } }, 'api_key or token, not both'],
  [{ profiles: {}, more: 1 }, 'more'],
])('a file %j is refused with what is wrong in it', async (content, said) => {
  await write(content);
  expect(await asked([])).toEqual([1, expect.stringContaining(said)]);
});

it('XDG_CONFIG_HOME says where the file is, and two credentials of one place are none', async () => {
  expect(await asked([], { XDG_CONFIG_HOME: '/nowhere' })).toEqual([2, expect.stringContaining('/nowhere/spectra')]);
  expect(await asked([], { SPECTRA_API_KEY: 'a', SPECTRA_TOKEN: 'b' })).toEqual([
    2,
    expect.stringContaining('not both'),
  ]);
  expect(await asked(['--api-key', 'a', '--token', 'b'])).toEqual([2, expect.stringContaining('not both')]);
});
