import { existsSync } from 'node:fs';
import { fault, UsageError } from '../fault.ts';
import type { Io } from '../io.ts';
import type { Values } from '../values.ts';
import { configPath } from './config-path.ts';

type Source = 'flag' | 'environment' | 'file';

export interface Connection {
  url: { text: string; from: Source } | undefined;
  credential: { apiKey?: string; token?: string; from: Source } | undefined;
  /** The profile that was taken. */
  profile: string | undefined;
  path: string;
  /** A credential of the file was left out, because it belongs to another address. */
  withheld: boolean;
}

interface Given {
  url?: string | undefined;
  apiKey?: string | undefined;
  token?: string | undefined;
}

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/**
 * Where to, and as whom: flags over the environment over the file. The credential of a profile goes to the profile's own
 * address and no other. @throws UsageError, SpectraError CONFIG_INVALID, CONFIG_OPEN_TO_OTHERS
 */
export async function findConnection(io: Io, values: Values): Promise<Connection> {
  const { env } = io;
  const path = configPath(io);
  const flags = { url: values.text('url'), apiKey: values.text('api-key'), token: values.text('token') };
  const environment = {
    url: given(env.SPECTRA_URL),
    apiKey: given(env.SPECTRA_API_KEY),
    token: given(env.SPECTRA_TOKEN),
  };
  const asked = values.text('profile') ?? given(env.SPECTRA_PROFILE);
  const { profile, open, ...file } = await fromFile(path, asked);
  const url = firstOf<{ text: string; from: Source }>([flags, environment, file], (each, from) =>
    each.url === undefined ? undefined : { text: each.url, from },
  );
  if (url !== undefined && !(URL.canParse(url.text) && /^https?:/i.test(url.text)))
    throw new UsageError(`${url.text} is not an address of the form https://...`);
  const credential = firstOf([flags, environment, file], credentialOf);
  if (credential?.from !== 'file') return { url, credential, profile, path, withheld: false };
  const foreign = url !== undefined && file.url !== undefined && plain(url.text) !== plain(file.url);
  if (foreign) return { url, credential: undefined, profile, path, withheld: true };
  if (open)
    throw fault(
      'CONFIG_OPEN_TO_OTHERS',
      `${path} holds a key that others on this machine can read`,
      `chmod 600 ${path}`,
    );
  return { url, credential, profile, path, withheld: false };
}

const plain = (url: string): string => url.replace(/\/+$/, '');

const sources: readonly Source[] = ['flag', 'environment', 'file'];

function firstOf<Found>(
  all: readonly Given[],
  find: (each: Given, from: Source) => Found | undefined,
): Found | undefined {
  for (const [at, each] of all.entries()) {
    const found = find(each, sources[at] ?? 'file');
    if (found !== undefined) return found;
  }
  return undefined;
}

function credentialOf({ apiKey, token }: Given, from: Source): Connection['credential'] {
  if (apiKey !== undefined && token !== undefined)
    throw new UsageError(
      from === 'flag' ? '--api-key or --token, not both.' : 'SPECTRA_API_KEY or SPECTRA_TOKEN, not both.',
    );
  if (apiKey !== undefined) return { apiKey, from };
  return token === undefined ? undefined : { token, from };
}

async function fromFile(
  path: string,
  asked: string | undefined,
): Promise<Given & { profile: string | undefined; open: boolean }> {
  // Reading it takes a parser that costs more than the rest of the start.
  const file = existsSync(path) ? await (await import('./profile-file.ts')).readProfileFile(path) : undefined;
  const profile = asked ?? file?.default_profile;
  if (profile === undefined) return { profile, open: false };
  const found = file !== undefined && Object.hasOwn(file.profiles, profile) ? file.profiles[profile] : undefined;
  if (found) return { url: found.url, apiKey: found.api_key, token: found.token, profile, open: file?.open ?? false };
  const known = Object.keys(file?.profiles ?? {});
  throw new UsageError(
    `There is no profile ${profile} in ${path}.`,
    known.length === 0 ? 'It has none.' : `One of: ${known.join(', ')}.`,
  );
}
