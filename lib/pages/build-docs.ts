import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtSite } from '../../site/build-site.ts';
import { passingFolder } from './passing-folder.ts';

let built: string | undefined;

/**
 * The reference of the API and the pages of docs/, rendered once a process.
 * @returns a folder that is gone with the process
 */
export function builtDocs(): string {
  if (built !== undefined) return built;
  built = passingFolder('spectra-docs-');
  for (const [file, contents] of builtSite()) writeFileSync(join(built, file), contents);
  return built;
}
