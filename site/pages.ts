/** A page written in Markdown: it is served as `/v1/docs/<name>.html`. */
export interface Guide {
  name: string;
  /** Where its text is, below the project. */
  source: string;
  /** As the navigation has it. */
  title: string;
  /** Under which heading of the navigation. */
  group: Group;
}

/** The headings of the navigation, in their order. */
export const groups = ['Look it up', 'Run it'] as const;
export type Group = (typeof groups)[number];

/** Every page of docs/ that is served, in the order of the navigation; another one is another line. */
export const guides: readonly Guide[] = [
  { name: 'api', source: 'docs/api.md', title: 'Using the API', group: 'Look it up' },
  { name: 'sdk', source: 'docs/sdk.md', title: 'The SDK', group: 'Look it up' },
  { name: 'cli', source: 'docs/cli.md', title: 'The command', group: 'Look it up' },
  { name: 'errors', source: 'docs/errors.md', title: 'Errors', group: 'Look it up' },
  { name: 'redshift-local', source: 'docs/redshift-local.md', title: 'Redshift on your machine', group: 'Look it up' },
  { name: 'deploy', source: 'docs/deploy.md', title: 'Deploy', group: 'Run it' },
  { name: 'authentication', source: 'docs/authentication.md', title: 'Authentication', group: 'Run it' },
  { name: 'runbook', source: 'docs/runbook.md', title: 'Runbook', group: 'Run it' },
];

/** The API reference is where `/v1/docs` leads. */
export const referencePage = 'index.html';
export const stylesheet = 'docs.css';

/** Every file below `/v1/docs`: each is a route of the API. */
export const siteFiles: readonly string[] = [referencePage, stylesheet, ...guides.map(({ name }) => `${name}.html`)];
