/** A page written in Markdown: it is served as `/v1/docs/<name>.html`. */
export interface Guide {
  name: string;
  /** Where its text is, below the project. */
  source: string;
  /** As the navigation has it. */
  title: string;
}

/** The API reference is where `/v1/docs` leads. */
export const referencePage = 'index.html';
export const stylesheet = 'docs.css';

/** Pages that the navigation shows under one heading. */
export interface Part {
  title: string;
  guides: readonly Guide[];
}

/** Every page of docs/ and docs/guides/ that is served, in the order of the navigation; another one is another line. */
export const parts: readonly Part[] = [
  {
    title: 'Begin',
    guides: [
      { name: 'contents', source: 'docs/README.md', title: 'Contents' },
      { name: 'quickstart', source: 'docs/quickstart.md', title: 'Quickstart' },
    ],
  },
  {
    title: 'Guides',
    guides: [
      { name: 'export', source: 'docs/guides/export.md', title: 'Export a table' },
      { name: 'download', source: 'docs/guides/download.md', title: 'Download large results' },
      { name: 'rows-in-a-program', source: 'docs/guides/rows-in-a-program.md', title: 'Rows in a program' },
      { name: 'load', source: 'docs/guides/load.md', title: 'Load files into a table' },
      { name: 'rejected-rows', source: 'docs/guides/rejected-rows.md', title: 'Rejected rows' },
      { name: 'query', source: 'docs/guides/query.md', title: 'Rows at once' },
      { name: 'retries-and-errors', source: 'docs/guides/retries-and-errors.md', title: 'Retries and errors' },
      { name: 'curl', source: 'docs/guides/curl.md', title: 'With curl alone' },
      { name: 'other-clients', source: 'docs/guides/other-clients.md', title: 'From other bulk APIs' },
    ],
  },
  {
    title: 'Reference',
    guides: [
      { name: 'api', source: 'docs/api.md', title: 'Using the API' },
      { name: 'sdk', source: 'docs/sdk.md', title: 'The SDK' },
      { name: 'cli', source: 'docs/cli.md', title: 'The command' },
      { name: 'errors', source: 'docs/errors.md', title: 'Errors' },
      { name: 'redshift-local', source: 'docs/redshift-local.md', title: 'Redshift on your machine' },
    ],
  },
  {
    title: 'Operations',
    guides: [
      { name: 'deploy', source: 'docs/deploy.md', title: 'Deploy' },
      { name: 'authentication', source: 'docs/authentication.md', title: 'Authentication' },
      { name: 'operations', source: 'docs/operations.md', title: 'Operations' },
      { name: 'runbook', source: 'docs/runbook.md', title: 'Runbook' },
    ],
  },
];

export const guides: readonly Guide[] = parts.flatMap((part) => part.guides);

/** Every file below `/v1/docs`: each is a route of the API. */
export const siteFiles: readonly string[] = [referencePage, stylesheet, ...guides.map(({ name }) => `${name}.html`)];
