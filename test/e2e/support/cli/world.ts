import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCli } from '../../../../scripts/cli/build-cli.ts';
import { type Given, spectra, type Spoken } from '../../../support/cli/fake-io.ts';
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts';
import type { Place } from './processes.ts';

/** A service, and the command: in this process, and built to be run as another. */
export interface CliWorld extends SdkWorld {
  env: Readonly<Record<string, string>>;
  /** Where the built command is. */
  command: string;
  /** Runs in this process, through proxies that count and break. */
  cli: (args: readonly string[], given?: Given) => Promise<Spoken>;
  /** A folder of its own, for a process. */
  place: () => Promise<Place>;
  /** Statements wait before they start, until they are released. */
  hold: () => () => void;
  /** Holds what of a job is in a folder to what the service hands out. */
  expectDownloaded: (id: string, dir: string) => Promise<void>;
}

const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

export async function startCliWorld(load: Record<string, string>): Promise<CliWorld> {
  let held: Promise<void> = Promise.resolve();
  const onStatus = (_statement: unknown, status: string) => (status === 'STARTED' ? held : Promise.resolve());
  const world = await startSdkWorld({ load, warehouse: { onStatus } });
  await world.service.aws.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  const command = await buildCli(join(world.service.workDir, 'command'));
  const { apiUrl, apiKey } = world.service.aws;
  const env = { SPECTRA_URL: apiUrl, SPECTRA_API_KEY: apiKey, XDG_CONFIG_HOME: world.service.workDir };
  return {
    ...world,
    env,
    command,
    cli: (args, given = {}) =>
      spectra(args, {
        env,
        connect: ({ apiKey, token }) => world.clientWith({ apiKey, token, runtime: {} }),
        fetch: (input, init) => fetch(input, init),
        ...given,
      }),
    place: async () => ({ command, env, cwd: await world.folder() }),
    hold: () => {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    reset: () => {
      held = Promise.resolve();
      world.reset();
    },
    expectDownloaded: async (id, dir) => {
      const wanted = await world.service.demo.download(id);
      expect((await readdir(dir)).sort()).toEqual(wanted.map(({ name }) => name).sort());
      for (const { name, data } of wanted) expect(sha(await readFile(join(dir, name)))).toBe(sha(data));
    },
  };
}
