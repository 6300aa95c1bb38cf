import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProfileFile } from '../../cli/config/profile-file.ts';
import { LoadJobBody } from '../../contract/jobs.ts';
import { tokenSettings } from '../../contract/settings.ts';
import { tokenCaller } from '../../core/auth/token-caller.ts';
import { snippetsOf } from './snippets.ts';

const jsonOf = async (page: string): Promise<unknown[]> =>
  (await snippetsOf(page, ['json'])).map(({ code }): unknown => JSON.parse(code));

it('the load of docs/api.md is one that the service takes', async () => {
  const [body, ...others] = await jsonOf('docs/api.md');
  expect(others).toEqual([]);
  expect(LoadJobBody.parse(body)).toMatchObject({ operation: 'upsert', object: 'sales.accounts' });
});

it('the profiles of docs/cli.md are ones that the command reads', async () => {
  const [{ code } = { code: '' }] = await snippetsOf('docs/cli.md', ['json']);
  const folder = await mkdtemp(join(tmpdir(), 'spectra-profiles-'));
  try {
    const path = join(folder, 'config.json');
    await writeFile(path, code, { mode: 0o600 });
    expect(await readProfileFile(path)).toMatchObject({ default_profile: 'prod', open: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('the token of docs/authentication.md is one whose caller the service knows', async () => {
  const [claims] = await jsonOf('docs/authentication.md');
  expect(Object.keys(tokenSettings)).toContain('SPECTRA_JWT_TENANT_CLAIM');
  const names = { tenant: 'tenant_id', permissions: 'permissions', warehouseUser: 'warehouse_user' };
  const hasher = { hash: (text: string) => text };
  expect(tokenCaller(hasher, new Map(Object.entries(claims ?? {})), names)).toMatchObject({
    outcome: 'caller',
    caller: { tenant_id: 'acme', permissions: ['bulk:read', 'bulk:write'], warehouse_user: 'acme_reader' },
  });
});
