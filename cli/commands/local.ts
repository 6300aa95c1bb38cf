import * as z from 'zod';
import type { Command } from '../command.ts';
import { configPath } from '../config/config-path.ts';
import { readProfileFile, saveProfile } from '../config/profile-file.ts';
import type { Context } from '../context.ts';
import { printable } from '../render/printable.ts';
import { asWords } from '../values.ts';

const options: Command['options'] = {
  port: { kind: 'text', value: 'N', help: 'of the API; the AWS endpoint takes N+1; default: free ports' },
  'data-dir': { kind: 'text', value: 'DIR', path: true, help: 'keep jobs, files and tables over a restart' },
  load: { kind: 'list', value: 'TABLE=FILE', help: 'a .parquet, .csv or .json file as a table of the warehouse' },
  set: { kind: 'list', value: 'NAME=VALUE', help: 'a setting of the service' },
  tenant: { kind: 'text', value: 'ID', help: 'whom the API key is for; default demo' },
};

const Ready = z.object({ api_url: z.url(), api_key: z.string() });

export const local: Command = {
  words: ['local'],
  summary: 'Run the whole service on this machine, until Ctrl-C',
  options,
  notes: [
    'The embedded AWS, as `npm run local`: it comes with a clone of the project and needs Java >= 17. When it is ready it prints one line: ready {"api_url", "api_key", "console_url", ...}.',
    'With --profile NAME its address and key are kept as this profile of the config file, so that --profile NAME leads other commands to it.',
  ],
  examples: ['spectra local --load sales=sales.parquet --profile local'],
  run: async (context) => {
    const { io, values } = context;
    const args = [...asWords(options, values), ...(values.flag('quiet') ? ['--quiet'] : [])];
    const name = values.text('profile');
    if (name === undefined) return io.start('local/main.ts', args);
    // A file that is wrong is better known before the service starts.
    await readProfileFile(configPath(io));
    return io.start('local/main.ts', args, (line) => keep(context, name, line));
  },
};

async function keep({ io, ui }: Context, name: string, line: string): Promise<void> {
  if (!line.startsWith('ready ')) return;
  const { api_url: url, api_key } = Ready.parse(JSON.parse(line.slice('ready '.length)));
  await saveProfile(configPath(io), name, { url, api_key });
  ui.say(`Profile ${printable(name)} leads there: spectra ... --profile ${printable(name)}`);
}
