import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bash } from './bash.ts';
import { root } from './documents.ts';
import { unused, used } from './snippet-table.ts';
import { allSnippets, type Snippet } from './snippets.ts';

type Entry = (typeof used)[number] | (typeof unused)[number];

const fits = ({ page, languages, starts = '' }: Entry, snippet: Snippet): boolean =>
  (typeof page === 'string' ? snippet.page === page : page.test(snippet.page)) &&
  languages.includes(snippet.language) &&
  snippet.code.startsWith(starts);

it('every block of code in the documentation is run by a test, or it is written down why not', async () => {
  const snippets = await allSnippets();
  expect(snippets.length).toBeGreaterThan(50);
  const lost = snippets
    .map((snippet) => ({ snippet, entries: [...used, ...unused].filter((entry) => fits(entry, snippet)).length }))
    .filter(({ entries }) => entries !== 1)
    .map(({ snippet, entries }) => `${snippet.page}: ${snippet.code.slice(0, 40)} is in ${entries} entries`);
  expect(lost).toEqual([]);
});

it('no entry is left of a block that is gone', async () => {
  const snippets = await allSnippets();
  const idle = [...used, ...unused].filter((entry) => !snippets.some((snippet) => fits(entry, snippet)));
  expect(idle).toEqual([]);
});

it('a test that is said to run blocks of a page reads that page', async () => {
  const blind: string[] = [];
  for (const { page, by } of used) {
    const name = typeof page === 'string' ? page : page.source.replaceAll(/[\^\\]/g, '').replace(/\/$/, '');
    if (!(await readFile(join(root, by), 'utf8')).includes(name)) blind.push(`${by}: ${name}`);
  }
  expect(blind).toEqual([]);
});

it('every block of shell is one that a shell can read', async () => {
  const shells = (await allSnippets()).filter(({ language }) => language === 'bash' || language === 'sh');
  const unread: string[] = [];
  for (const { page, code } of shells) {
    // What stands between angle brackets is the reader's to fill in.
    const { code: status, stderr } = await bash('bash -n <<< "$CODE"', {
      cwd: root,
      env: { CODE: code.replaceAll(/<[A-Za-z][^>\n]*>/g, 'x') },
    });
    if (status !== 0) unread.push(`${page}: ${stderr}`);
  }
  expect(unread).toEqual([]);
});
