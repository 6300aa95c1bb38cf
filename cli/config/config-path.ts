import { join } from 'node:path';
import type { Io } from '../io.ts';

/** Where the profiles are kept. */
export const configPath = ({ env, home }: Pick<Io, 'env' | 'home'>): string =>
  join(
    env.XDG_CONFIG_HOME === undefined || env.XDG_CONFIG_HOME === '' ? join(home, '.config') : env.XDG_CONFIG_HOME,
    'spectra',
    'config.json',
  );
