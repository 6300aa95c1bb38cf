import { defineConfig, type Plugin } from 'vite';
import { contentPolicy } from './content-policy.ts';

/** Into what is built alone: while developing, Vite's own scripts are inline. */
const withContentPolicy: Plugin = {
  name: 'content-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy },
      injectTo: 'head-prepend',
    },
  ],
};

/** What shows and edits SQL, shared by parts of the page that come when they are needed. */
const editor = /node_modules\/(@codemirror|@lezer|style-mod|w3c-keyname|crelt)|console\/sql\/look\.ts/;

export default defineConfig({
  root: import.meta.dirname,
  // Files are named relative to the page: nobody knows below which stage or domain it lies.
  base: './',
  plugins: [withContentPolicy],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Names that stay, since each file is a route of the API: all of them stand in console/files.ts.
        entryFileNames: 'console.js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
        // A part that a newer deployment brings then doesn't take one thing of an older page for another.
        minifyInternalExports: false,
        codeSplitting: { groups: [{ name: 'editor', test: editor }] },
      },
      // 'use client' means something to servers that render React, of which there is none.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
