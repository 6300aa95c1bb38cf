import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Given, records } from '../../../support/cli/fake-io.ts';
import { inPipe } from './processes.ts';
import type { CliWorld } from './world.ts';

/** What `spectra keys` makes and `spectra doctor` finds. */
export function doctors(world: () => CliWorld): void {
  it('keys are made by the operator, and doctor tells what one of them may do', async () => {
    const { aws, table } = world().service;
    const operator = {
      AWS_ENDPOINT_URL: aws.awsEndpointUrl,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    };
    const args = ['keys', 'create', '--table', table.name, '--tenant', 'demo', '--permissions', 'bulk:read query'];
    const made = inPipe(args, { command: world().command, cwd: world().service.workDir, env: operator });
    expect(await made.ended).toBe(0);
    const config = join(await world().folder(), 'spectra/config.json');
    await mkdir(join(config, '..'));
    const profiles = { cli: { url: world().env.SPECTRA_URL, api_key: made.out().trim() } };
    await writeFile(config, JSON.stringify({ default_profile: 'cli', profiles }), { mode: 0o600 });
    const own = { env: { XDG_CONFIG_HOME: join(config, '../..') } };
    const seen = await world().cli(['doctor'], own);
    expect(seen).toMatchObject({ code: 0, said: 'Nothing is wrong.\n' });
    expect(seen.out).toMatch(/^ok +credential +API key \(file\) is taken$/m);
    expect(seen.out).toMatch(/^note +permissions +bulk:read, query; not bulk:write/m);
    expect(await world().cli(['doctor', '--strict'], own)).toMatchObject({ code: 1 });
    const before = await world().service.demo.list();
    expect(before.jobs.every(({ created_at }) => created_at !== '')).toBe(true);
    await chmod(config, 0o644);
    expect(await world().cli(['jobs', 'list'], own)).toMatchObject({
      code: 1,
      said: expect.stringContaining(`chmod 600 ${config}`) as string,
    });
  });

  it('doctor creates nothing, and names what is wrong and how it is mended', async () => {
    const jobs = async () => (await world().service.demo.list()).jobs.length;
    const before = await jobs();
    expect(await world().cli(['doctor'])).toMatchObject({ code: 0 });
    expect(await jobs()).toBe(before);
    const wrong = async (given: Given) => {
      const { code, out } = await world().cli(['doctor', '--json'], given);
      const found = records(out).filter(({ state }) => state === 'wrong');
      expect(found.every(({ mend }) => typeof mend === 'string')).toBe(true);
      return [code, ...found.map(({ what }) => what)];
    };
    expect(await wrong({ env: {} })).toEqual([1, 'address']);
    expect(await wrong({ env: { ...world().env, SPECTRA_URL: 'http://127.0.0.1:9' } })).toEqual([1, 'address']);
    expect(await wrong({ env: { ...world().env, SPECTRA_URL: `${world().env.SPECTRA_URL}/nothing` } })).toEqual([
      1,
      'address',
    ]);
    expect(await wrong({ env: { ...world().env, SPECTRA_API_KEY: 'sb_wrong' } })).toEqual([1, 'credential']);
    expect(await wrong({ now: () => Date.now() + 400_000 })).toEqual([1, 'clock']);
    const machine = {
      node: '18.0.0',
      java: () => Promise.reject(new Error('none')),
      aws: () => Promise.reject(new Error('no')),
    };
    expect(await wrong({ machine })).toEqual([1, 'node']);
  });
}
