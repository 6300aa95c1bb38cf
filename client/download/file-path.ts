import { isAbsolute, join, sep } from 'node:path';
import { clientError } from '../errors/spectra-error.ts';

/** Where a file goes below a folder, never outside of it: a name is data from outside. */
export function filePath(dir: string, name: string): string {
  const parts = name.split('/');
  const strange = parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'));
  const foreign = sep === '\\' && /[\\:]/.test(name);
  if (strange || foreign || isAbsolute(name))
    throw clientError('INVALID_ANSWER', `The file name ${JSON.stringify(name)} leads out of the folder`);
  return join(dir, ...parts);
}
