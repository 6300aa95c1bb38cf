/** A page written in Markdown: it is served as `/v1/docs/<name>.html`. */
export interface Guide {
  name: string;
  /** Where its text is, below the project. */
  source: string;
  /** As the navigation has it. */
  title: string;
}

/** Every page of docs/ that is served, in the order of the navigation; another one is another line. */
export const guides: readonly Guide[] = [
  { name: 'api', source: 'docs/api.md', title: 'Using the API' },
  { name: 'sdk', source: 'docs/sdk.md', title: 'The SDK' },
  { name: 'cli', source: 'docs/cli.md', title: 'The command' },
  { name: 'authentication', source: 'docs/authentication.md', title: 'Authentication' },
  { name: 'errors', source: 'docs/errors.md', title: 'Errors' },
  { name: 'deploy', source: 'docs/deploy.md', title: 'Deploy' },
  { name: 'runbook', source: 'docs/runbook.md', title: 'Runbook' },
  { name: 'redshift-local', source: 'docs/redshift-local.md', title: 'Redshift on your machine' },
];

/** The API reference is where `/v1/docs` leads. */
export const referencePage = 'index.html';
export const stylesheet = 'docs.css';

/** Every file below `/v1/docs`: each is a route of the API. */
export const siteFiles: readonly string[] = [referencePage, stylesheet, ...guides.map(({ name }) => `${name}.html`)];
