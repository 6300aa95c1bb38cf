import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpectraClient } from '../../../client/node.ts';
import { nameOf } from '../../../cli/command.ts';
import { commands } from '../../../cli/commands/table.ts';
import type { Io } from '../../../cli/io.ts';
import { records, spectra } from '../../support/cli/fake-io.ts';

describe('help', () => {
  it('lists every command, every exit code and the environment, on standard output', async () => {
    const { code, out, said } = await spectra(['--help']);
    expect({ code, said }).toEqual({ code: 0, said: '' });
    for (const command of commands) expect(out).toContain(`  ${nameOf(command)} `);
    for (const part of ['0  ', '1  ', '2  ', '4  ', '5  ', '6  ', '130  ', 'SPECTRA_URL', 'NO_COLOR', '--profile NAME'])
      expect(out).toContain(`  ${part}`);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each(commands.map((command) => [nameOf(command), command] as const))(
    'of %s has its summary, options and examples, however it is asked for',
    async (name, { summary, options, examples = [] }) => {
      const { code, out } = await spectra([...name.split(' '), '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: spectra ${name} `));
      expect(out.replaceAll(/\s+/g, ' ')).toContain(`${summary}.`);
      for (const option of Object.keys(options)) expect(out).toMatch(new RegExp(`--${option}( |$)`, 'm'));
      for (const example of examples) expect(out).toContain(example);
      expect(await spectra(['help', ...name.split(' ')])).toEqual({ code, out, said: '' });
    },
  );

  it('that nobody asked for is a wrong command line, on standard error', async () => {
    expect(await spectra([])).toMatchObject({ code: 2, out: '', said: expect.stringContaining('Usage:') as string });
    const group = await spectra(['jobs']);
    expect(group).toMatchObject({ code: 2, out: '' });
    expect(group.said).toContain('jobs watch');
    expect(group.said).not.toContain('doctor');
    expect(await spectra(['jobs', '--help'])).toMatchObject({ code: 0, out: group.said });
  });

  it('has a version', async () => {
    expect((await spectra(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a wrong command line ends with 2, is never sent, and says', () => {
  it.each([
    ['what was meant by a command', ['exprot', 'SELECT 1'], 'Did you mean `spectra export`?'],
    ['what was meant by one of a group', ['jobs', 'cancle', 'x'], 'Did you mean `spectra jobs cancel`?'],
    ['what there is, where nothing is near', ['frobnicate'], 'One of: export, load, query, jobs'],
    ['what was meant by an option', ['jobs', 'list', '--sate', 'open'], 'Did you mean --state?'],
    ['where an option belongs', ['query', 'SELECT 1', '--into', 'x.y'], 'It is an option of `spectra load`.'],
    ['that a value is missing', ['export', 'SELECT 1', '-o'], '--out needs a value: DIR.'],
    ['that a value is another option', ['export', 'SELECT 1', '-o', '--quiet'], '--out needs a value: DIR.'],
    ['that a flag takes none', ['jobs', 'list', '--json=yes'], '--json takes no value.'],
    ['what a value may be', ['export', 'SELECT 1', '--format', 'xml'], 'expected one of csv, json, parquet'],
    ['what a number is', ['jobs', 'list', '-n', 'many'], '--limit many: expected a whole number'],
    ['what a time is', ['jobs', 'list', '--since', 'now'], '--since now: expected a date'],
    ['what is missing', ['jobs', 'get'], 'JOB is missing.'],
    ['that there is a word too much', ['query', 'SELECT', '1'], '`1` is one word too much (quote'],
    ['that a query is empty', ['export', ' '], 'The query is empty.'],
    [
      'that nothing can be downloaded at once',
      ['export', 'SELECT 1', '-o', 'x', '--async'],
      'Leave out --async or --out.',
    ],
    [
      'that a load has one key',
      ['load', 'package.json', '--into', 'a.b', '--upsert', 'x', '--delete', 'y'],
      'one of them',
    ],
    ['that a load needs a table', ['load', 'package.json'], '--into is missing'],
    [
      'that a load takes so many files, and how to load more',
      ['load', ...Array.from({ length: 9 }, () => 'package.json'), '--into', 'a.b'],
      'xargs -0 -n 8 spectra load --into a.b',
    ],
    [
      'that rejected rows have nowhere to go, before anything is loaded',
      ['load', 'package.json', '--into', 'a.b', '--rejects', 'nowhere/x.csv'],
      'there is no folder nowhere',
    ],
    [
      'that rows are rejected only later',
      ['load', 'package.json', '--into', 'a.b', '--async', '--rejects', 'x.csv'],
      'spectra jobs rows JOB',
    ],
    ['that a file is not there', ['load', 'nothing.csv', '--into', 'a.b'], 'There is no file nothing.csv.'],
    ['that there is no address', ['query', 'SELECT 1'], 'Set SPECTRA_URL'],
    ['that an address is none', ['query', 'SELECT 1', '--url', 'ftp://x'], 'is not an address'],
    ['which shells there are', ['completion', 'csh'], 'One of: bash, zsh, fish.'],
  ])('%s', async (_what, args, said) => {
    const spoken = await spectra(args);
    expect(spoken).toMatchObject({ code: 2, out: '' });
    expect(spoken.said).toContain(said);
    const told = records((await spectra([...args.slice(0, 2), '--json', ...args.slice(2)])).out);
    expect(told).toMatchObject([{ type: 'error', code: 'USAGE' }]);
  });
});

describe('an error of the service', () => {
  const problem = {
    code: 'INVALID_REQUEST',
    detail: 'The request does not fit\u001b[2J its schema',
    hint: 'Correct it.',
    request_id: 'r-1',
    errors: [{ pointer: '/compression', message: 'PARQUET takes NONE' }],
  };
  const connect = () =>
    new SpectraClient({
      url: 'http://service/v1',
      fetch: () => Promise.resolve(new Response(JSON.stringify(problem), { status: 400 })),
    });
  const env = { SPECTRA_URL: 'http://service/v1', SPECTRA_API_KEY: 'k' };

  it('is printed with code, hint, pointer, docs and request, and cannot move the cursor', async () => {
    const { code, said } = await spectra(['export', 'SELECT 1'], { env, connect });
    expect(code).toBe(1);
    expect(said).toBe(
      [
        'Error: The request does not fit\u{fffd}[2J its schema',
        '  code      INVALID_REQUEST',
        '  hint      Correct it.',
        '  at        /compression: PARQUET takes NONE',
        '  docs      http://service/v1/docs/errors.html#answers-INVALID_REQUEST',
        '  request   r-1',
        '',
      ].join('\n'),
    );
  });

  it('is one JSON line for programs', async () => {
    const { out } = await spectra(['export', 'SELECT 1', '--json'], { env, connect });
    expect(records(out)).toMatchObject([
      {
        type: 'error',
        code: 'INVALID_REQUEST',
        status: 400,
        retryable: false,
        request_id: 'r-1',
        errors: problem.errors,
      },
    ]);
  });

  it('has colours in a terminal, and none with NO_COLOR', async () => {
    const args = ['export', 'SELECT 1'];
    expect((await spectra(args, { env, connect, terminal: 100 })).said).toContain('\u001b[31mError:');
    const plain = await spectra(args, { env: { ...env, NO_COLOR: '1' }, connect, terminal: 100 });
    // eslint-disable-next-line no-control-regex -- what colours are made of
    expect(plain.said).not.toMatch(/\u001b/);
  });
});

it('an error of the command says where the command is explained', async () => {
  const { code, said } = await spectra(['query', 'SELECT 1', '--url', 'http://service/v1']);
  expect(code).toBe(4);
  expect(said).toMatch(/code +NO_CREDENTIAL\n[^]*docs +docs\/cli\.md#errors-of-the-command/);
});

describe('what is handed on', () => {
  it('local gets its options as they are', async () => {
    const started: (readonly string[])[] = [];
    const start = (file: string, args: readonly string[]) => {
      started.push([file, ...args]);
      return Promise.resolve(3);
    };
    const { code } = await spectra(['local', '--port', '4566', '--load', 'a=a.csv', '--load', 'b=b,c.csv', '-q'], {
      start,
    });
    expect(code).toBe(3);
    expect(started).toEqual([
      ['local/main.ts', '--port', '4566', '--load', 'a=a.csv', '--load', 'b=b,c.csv', '--quiet'],
    ]);
  });

  it('local keeps its address and key as a profile where it is told to, beside those that are there', async () => {
    const home = await mkdtemp(join(tmpdir(), 'spectra-local-'));
    try {
      const path = join(home, '.config/spectra/config.json');
      const start: Io['start'] = async (_file, _args, seen) => {
        await seen?.('something else');
        await seen?.('ready {"api_url":"http://127.0.0.1:1/v1","api_key":"sb_x"}');
        return 130;
      };
      const keep = (name: string) => spectra(['local', '--profile', name], { start, home });
      expect(await keep('a')).toMatchObject({ code: 130, said: expect.stringContaining('--profile a') as string });
      await keep('b');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const profile = { url: 'http://127.0.0.1:1/v1', api_key: 'sb_x' };
      expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ profiles: { a: profile, b: profile } });
      await writeFile(path, '{}');
      const never: Io['start'] = () => Promise.reject(new Error('nothing was to be started'));
      const wrong = await spectra(['local', '--profile', 'a'], { start: never, home });
      expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('CONFIG_INVALID') as string });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  it('keys are asked for wrongly as the operator asks wrongly', async () => {
    const { code, said } = await spectra(['keys', 'create', '--tenant', 'X!']);
    expect(code).toBe(2);
    expect(said).toContain('spectra keys create --table NAME --tenant ID');
  });

  it('a query may come from standard input', async () => {
    const { code, out } = await spectra(['query', '-', '--dry-run'], { stdin: 'SELECT :a AS a\n' });
    expect({ code, out }).toEqual({ code: 0, out: 'SELECT :a AS a\n' });
  });
});
