import type { QueryResult } from '../../client/node.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../fault.ts';
import { dryRunOption } from '../options.ts';
import { countOf, plural } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { tableOf } from '../render/table.ts';
import { queryText } from './query-text.ts';

export const query: Command = {
  words: ['query'],
  summary: 'Run a short query and print its rows',
  positionals: { shown: '"SQL"', least: 1, most: 1 },
  options: {
    param: { kind: 'list', value: 'NAME=VALUE', help: 'a value for :NAME in the query, bound and never spliced' },
    'max-rows': { kind: 'text', value: 'N', help: 'most rows, up to 10,000' },
    timeout: { kind: 'text', value: 'SECONDS', help: 'that the query may take, up to 20' },
    ...dryRunOption,
  },
  notes: [
    'With --json each row is one object by the names of the columns; a second column of the same name is called name_2.',
    'Where there are more rows than the answer holds, a warning says so: export them.',
  ],
  examples: [`spectra query "SELECT region, count(*) FROM sales WHERE year = :year GROUP BY 1" --param year=2026`],
  run: async (context) => {
    const { io, values } = context;
    const sql = await queryText(context);
    const parameters = parametersOf(context);
    if (values.flag('dry-run')) {
      const { dryRunQuery } = await import('../dry-run/query.ts');
      dryRunQuery(context.ui, sql);
      return undefined;
    }
    const max_rows = values.whole('max-rows');
    const timeout_seconds = values.whole('timeout');
    const client = await context.client();
    show(context, await client.query(sql, { parameters, max_rows, timeout_seconds, signal: io.signal }));
    return undefined;
  },
};

/** A value may hold commas: these are not split. */
function parametersOf({ values }: Context): Record<string, string> | undefined {
  const given = values.raw.param;
  if (!Array.isArray(given)) return undefined;
  return Object.fromEntries(
    given.map((pair) => {
      const at = String(pair).indexOf('=');
      if (at < 1) throw new UsageError(`--param ${String(pair)}: expected NAME=VALUE`);
      return [String(pair).slice(0, at), String(pair).slice(at + 1)];
    }),
  );
}

function show({ ui }: Context, { columns, rows, row_count, truncated, truncated_by, execution_time_ms }: QueryResult) {
  const names = uniqueNames(columns.map(({ name }) => name));
  if (ui.json) for (const row of rows) ui.row(Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  else {
    const right = new Set(rows[0]?.flatMap((_, at) => (rows.every((row) => isNumber(row[at])) ? [at] : [])));
    const [heading = '', ...lines] = tableOf([names.map(printable), ...rows.map((row) => row.map(cellOf))], right);
    ui.out(ui.paint('bold', heading));
    for (const line of lines) ui.out(line);
  }
  ui.say(`${plural(row_count, 'row')} in ${countOf(execution_time_ms)} ms`);
  if (truncated)
    ui.warn(
      `there are more ${truncated_by === 'bytes' ? 'than an answer holds' : 'rows'}: \`spectra export\` writes all of them.`,
    );
}

export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 2; taken.has(unique); count += 1) unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
}

const isNumber = (value: unknown): boolean =>
  value === null || typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));

function cellOf(value: unknown): string {
  if (value === null) return 'NULL';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
