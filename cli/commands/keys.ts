import type { Command, Options } from '../command.ts';
import type { Context } from '../context.ts';
import { asWords } from '../values.ts';

const table: Options = { table: { kind: 'text', value: 'NAME', help: 'output TableName of the stack' } };
const tenant: Options = { tenant: { kind: 'text', value: 'ID', help: 'whose keys' } };
const key: Options = { key: { kind: 'text', value: 'ID', help: 'the 12 characters between its underscores' } };
const expires: Options = { expires: { kind: 'text', value: 'WHEN', help: 'a date, a time or a duration such as 90d' } };
const notes = [
  'For operators: it works on the table of the deployment, with AWS credentials and region from the environment (AWS_PROFILE, AWS_REGION, ...), not with an API key.',
];

/** The commands of scripts/keys, by the names that they have there. */
const command = (name: 'create' | 'list' | 'revoke' | 'rotate', summary: string, options: Options): Command => ({
  words: ['keys', name],
  summary,
  options,
  notes,
  run: async ({ io, ui, values }: Context) => {
    const { runKeys } = await import('../keys.ts');
    const json = name === 'list' && ui.json ? ['--json'] : [];
    const line = (text: string): void => io.stdout.write(`${text}\n`);
    return runKeys([name, ...asWords(options, values), ...json], { out: line, say: ui.say });
  },
});

export const keys: readonly Command[] = [
  command('create', 'Make an API key and print it, once', {
    ...table,
    ...tenant,
    permissions: { kind: 'text', value: 'LIST', help: 'default "bulk:read bulk:write query"' },
    name: { kind: 'text', value: 'TEXT', help: 'what it is for' },
    ...expires,
    'warehouse-user': { kind: 'text', value: 'NAME', help: 'database user of its statements' },
  }),
  command('list', 'List the keys of a tenant', { ...table, ...tenant }),
  command('revoke', 'End a key for good', { ...table, ...key }),
  command('rotate', 'Replace a key by a new one; the old one ends after a grace', {
    ...table,
    ...key,
    grace: { kind: 'text', value: 'TIME', help: 'default 24h; 0: at once' },
    ...expires,
  }),
];
