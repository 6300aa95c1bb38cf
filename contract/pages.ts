/** Folders of pages that the API serves beside its calls; each leads to its `index.html`. They are no calls, so no routes. */
export const pageFolders = ['console', 'docs'] as const;
export type PageFolder = (typeof pageFolders)[number];

/** The first page of each. */
export const firstPage = 'index.html';
