import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export { anchorOf } from '../../site/markdown.ts';

export const root = join(import.meta.dirname, '../..');

/** A page of the documentation, by its path from the root. */
export interface Page {
  path: string;
  text: string;
}

/** All pages: those at the root, and docs/ with its folders. */
export async function pages(): Promise<Page[]> {
  const top = (await readdir(root)).filter((name) => name.endsWith('.md'));
  const below = await readdir(join(root, 'docs'), { recursive: true });
  const paths = [...top, ...below.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  return Promise.all(paths.toSorted().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
}

/** Text without its blocks of code. */
export const prose = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '');
