import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { fault } from '../fault.ts';

const Profile = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).optional(),
    api_key: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
  })
  .refine(({ api_key, token }) => api_key === undefined || token === undefined, 'api_key or token, not both');

const ProfileFile = z.strictObject({
  default_profile: z.string().optional(),
  profiles: z.record(z.string(), Profile),
});
export type ProfileFile = z.infer<typeof ProfileFile> & {
  /** Others than its owner may read it. */
  open: boolean;
};

/** @returns undefined where there is none @throws SpectraError CONFIG_INVALID with the path and what is wrong */
export async function readProfileFile(path: string): Promise<ProfileFile | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw fault('CONFIG_INVALID', `${path} cannot be read`, 'Check its permissions.', cause);
  });
  if (text === undefined) return undefined;
  const parsed = ProfileFile.safeParse(jsonOf(path, text));
  if (!parsed.success) throw fault('CONFIG_INVALID', `${path}: ${z.prettifyError(parsed.error)}`, shape);
  const { mode } = await stat(path);
  return { ...parsed.data, open: process.platform !== 'win32' && (mode & 0o077) !== 0 };
}

/** Puts a profile into the file, which is made where there is none, for its owner alone; all others stay. @throws SpectraError CONFIG_INVALID */
export async function saveProfile(path: string, name: string, profile: z.infer<typeof Profile>): Promise<void> {
  const { open: _open, ...known } = (await readProfileFile(path)) ?? { profiles: {}, open: false };
  const next = { ...known, profiles: { ...known.profiles, [name]: profile } };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

const shape =
  'Expected {"default_profile": "NAME", "profiles": {"NAME": {"url": "https://...", "api_key": "sb_..."}}}.';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fault('CONFIG_INVALID', `${path} is not JSON`, shape, cause);
  }
}
