import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from './layout.ts';
import { renderGuide } from './markdown.ts';
import { guides, referencePage, stylesheet } from './pages.ts';
import { renderReference } from './reference/render-reference.ts';

const project = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');

/** Every page below `/v1/docs`, by the name of its file. Nothing in them runs: they are complete as they are. */
export function builtSite(): ReadonlyMap<string, string> {
  const openApi: unknown = JSON.parse(read('contract/openapi.json'));
  const reference = page({ file: referencePage, title: 'API reference', ...renderReference(openApi) });
  const written = guides.map((guide) => {
    const file = `${guide.name}.html`;
    return [file, page({ file, title: guide.title, ...renderGuide(read(guide.source), guide) })] as const;
  });
  return new Map([[referencePage, reference], [stylesheet, read('site/docs.css')], ...written]);
}
