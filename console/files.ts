/** Every file of the console: each is a route of the API. `vite build console` makes just these (test/infra/pages.test.ts). */
export const consoleFiles = [
  'index.html',
  'index.css',
  'console.js',
  'editor.js',
  'new-export-page.js',
  'sql-view.js',
] as const;
