import type { Options } from './command.ts';

/** Options that every command takes. */
export const globalOptions: Options = {
  url: { kind: 'text', value: 'URL', help: 'address of the API, stage included' },
  'api-key': { kind: 'text', value: 'KEY', help: 'others on the machine can see it: SPECTRA_API_KEY is better' },
  token: { kind: 'text', value: 'JWT', help: 'a JSON web token instead of a key' },
  profile: { kind: 'text', value: 'NAME', help: 'profile of the config file' },
  json: { kind: 'flag', help: 'a JSON object a line on standard output' },
  quiet: { kind: 'flag', short: 'q', help: 'nothing but results, warnings and errors' },
  help: { kind: 'flag', short: 'h', help: 'this text' },
};

/** How the rows are written, as the API names it. */
export const exportOptions: Options = {
  format: { kind: 'text', value: 'FORMAT', choices: ['csv', 'json', 'parquet'], help: 'of the files; default csv' },
  compression: {
    kind: 'text',
    value: 'KIND',
    choices: ['none', 'gzip', 'zstd', 'bzip2'],
    help: 'default none; parquet is compressed within',
  },
  delimiter: {
    kind: 'text',
    value: 'NAME',
    choices: ['comma', 'pipe', 'tab', 'semicolon', 'caret', 'backquote'],
    help: 'between the fields of csv; default comma',
  },
  'null-as': { kind: 'text', value: 'TEXT', help: 'what stands for NULL in csv' },
  'partition-by': { kind: 'list', value: 'COLUMN', help: 'one folder for each value of it' },
  'max-file-size': { kind: 'text', value: 'MB', help: 'larger results are split' },
  'single-file': { kind: 'flag', help: 'one file, in the order of the query' },
  tag: { kind: 'text', value: 'TEXT', help: 'a label to list jobs by' },
};

export const asyncOption: Options = { async: { kind: 'flag', help: 'do not wait: print the id of the job' } };

export const dryRunOption: Options = {
  'dry-run': { kind: 'flag', help: 'show what would be sent, and do nothing; needs no service' },
};

export const outOption: Options = {
  out: { kind: 'text', short: 'o', value: 'DIR', path: true, help: 'download the files into this folder' },
  parallel: { kind: 'text', value: 'N', help: 'connections at once; default 4' },
};
