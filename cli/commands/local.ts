import type { Command } from '../command.ts';
import { asWords } from '../values.ts';

const options: Command['options'] = {
  port: { kind: 'text', value: 'N', help: 'of the API; the AWS endpoint takes N+1; default: free ports' },
  'data-dir': { kind: 'text', value: 'DIR', path: true, help: 'keep jobs, files and tables over a restart' },
  load: { kind: 'list', value: 'TABLE=FILE', help: 'a .parquet, .csv or .json file as a table of the warehouse' },
  set: { kind: 'list', value: 'NAME=VALUE', help: 'a setting of the service' },
  tenant: { kind: 'text', value: 'ID', help: 'whom the API key is for; default demo' },
};

export const local: Command = {
  words: ['local'],
  summary: 'Run the whole service on this machine, until Ctrl-C',
  options,
  notes: [
    'The embedded AWS, as `npm run local`: it comes with a clone of the project and needs Java >= 17. When it is ready it prints one line: ready {"api_url", "api_key", "console_url", ...}.',
  ],
  run: ({ io, values }) =>
    io.start('local/main.ts', [...asWords(options, values), ...(values.flag('quiet') ? ['--quiet'] : [])]),
};
