import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contextKeys } from '../../lib/config.ts';
import { settingNames } from '../../contract/settings.ts';
import { environments } from '../../contract/environments.ts';
import { environmentVariables } from '../../cli/config/environment.ts';
import { anchorOf, type Page, pages, prose, root } from './documents.ts';

let all: Page[];
beforeAll(async () => {
  all = await pages();
});

it('finds the pages it is to look at', () => {
  const paths = all.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']));
  expect(paths.filter((path) => path.startsWith('docs/adr/')).length).toBeGreaterThan(3);
});

it('every relative link leads to a file, and to a heading of it', () => {
  const broken = all.flatMap(({ path, text }) =>
    [...prose(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, place))) return [`${path}: ${target}`];
      if (anchor === undefined) return [];
      const page = all.find((each) => each.path === place);
      const anchors = [...(page?.text ?? '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
      return anchors.includes(anchor) ? [] : [`${path}: ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

it('every npm script that is named exists', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = all.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:-s |--silent )?)?([a-z][a-z:-]*)/g)].map(([words, name = '']) => ({
      path,
      words,
      name,
    })),
  );
  const ownCommands = ['ci', 'install', 'audit', 'i', 'ls'];
  const missing = named.filter(({ words, name }) => {
    if (words.startsWith('npm run ')) return !(name in scripts);
    return !ownCommands.includes(name) && name === 'test' && !('test' in scripts);
  });
  expect(named.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

it('every setting that is named exists, and every one that exists is named', () => {
  const known = new Set<string>([
    ...settingNames,
    ...Object.values(environments).flatMap((environment) => Object.keys(environment.shape)),
    ...Object.keys(contextKeys),
    ...Object.keys(environmentVariables),
  ]);
  const named = all.flatMap(({ path, text }) =>
    [...text.matchAll(/\bSPECTRA_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([name]) => ({ path, name })),
  );
  expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  const mentioned = new Set(named.map(({ name }) => name));
  expect(settingNames.filter((name) => !mentioned.has(name))).toEqual([]);
});

it('every file of the source that is named in code marks exists', () => {
  const folders = 'contract|core|adapters|client|cli|lambdas|lib|local|bench|scripts|test|docs|bin';
  const named = all.flatMap(({ path, text }) =>
    [...prose(text).matchAll(new RegExp(`\`((?:${folders})/[\\w./-]+\\.(?:ts|json|md))\``, 'g'))].map(
      ([, file = '']) => ({ path, file }),
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
});
