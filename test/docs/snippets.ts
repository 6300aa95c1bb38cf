import { pages } from './documents.ts';

/** Languages of blocks that somebody could paste and run, or send. Output and the like have none. */
export const languages = ['bash', 'sh', 'js', 'ts', 'json', 'sql'] as const;
export type Language = (typeof languages)[number];

/** A block of code of the documentation. */
export interface Snippet {
  page: string;
  language: Language;
  code: string;
}

const isLanguage = (word: string): word is Language => languages.some((each) => each === word);

/** Every block of the README, docs/ and docs/guides/, in the order of the pages. */
export async function allSnippets(): Promise<Snippet[]> {
  const found = (await pages()).filter(({ path }) => /^(README|docs\/[\w-]+|docs\/guides\/[\w-]+)\.md$/.test(path));
  return found.flatMap(({ path, text }) =>
    [...text.matchAll(/^```(\w+)\n([^]*?)^```/gm)].flatMap(([, language = '', code = '']) =>
      isLanguage(language) ? [{ page: path, language, code }] : [],
    ),
  );
}

/** Blocks of a page, of these languages, that begin like this. @throws Error when there is none */
export async function snippetsOf(page: string, wanted: readonly Language[], starts = ''): Promise<Snippet[]> {
  const found = (await allSnippets()).filter(
    (each) => each.page === page && wanted.includes(each.language) && each.code.startsWith(starts),
  );
  if (found.length === 0) throw new Error(`${page} has no such block: ${wanted.join(', ')} ${starts}`);
  return found;
}
