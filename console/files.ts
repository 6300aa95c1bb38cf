/** Every file of the console: each is a route of the API. `vite build console` makes just these (test/infra/pages.test.ts). */
export const consoleFiles = [
  'index.html',
  'index.css',
  'ui.css',
  'console.js',
  'editor.js',
  'new-export-page.js',
  'new-load-page.js',
  'overview-page.js',
  'parquet.js',
  'requests.js',
  'rolldown-runtime.js',
  'shared.js',
  'sql-view.js',
  'ui.js',
] as const;
