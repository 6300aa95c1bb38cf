/**
 * Measures the SQL guard, and other parsers where they are installed, on statements of your own.
 *
 *   node scripts/measure-parsers.ts <folder>
 *
 * The folder holds JSON Lines files of {"name", "sql"}. In files called *-selects.jsonl every statement should be accepted,
 * in all others none. Prints, for each reader and file, how many it accepts (the guard) or reads (a parser, which judges
 * nothing), then what the guard refused of the first kind and accepted of the second.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { judgeQuery } from '../core/sql/guard.ts';

const Statement = z.object({ name: z.string(), sql: z.string() });
type Statement = z.infer<typeof Statement>;
type Reader = { readonly name: string; readonly reads: (sql: string) => boolean; readonly startMs: number };

const guard: Reader = { name: 'guard', reads: (sql) => judgeQuery(sql).verdict === 'accepted', startMs: 0 };

/** Shapes of the parsers that the decision record compares; none but polyglot comes with this project. */
const OTHERS: Readonly<Record<string, (library: Record<string, unknown>) => Promise<(sql: string) => boolean>>> = {
  '@polyglot-sql/sdk': (library) => {
    const parse = library.parse as (sql: string, dialect: string) => { success: boolean };
    return Promise.resolve((sql) => parse(sql, 'redshift').success);
  },
  '@guanmingchiu/sqlparser-ts': async (library) => {
    await (library.init as () => Promise<void>)();
    const parse = library.parse as (sql: string, dialect: string) => unknown;
    return (sql) => parse(sql, 'redshift') !== undefined;
  },
  'libpg-query': async (library) => {
    await (library.loadModule as () => Promise<void>)();
    const parse = library.parseSync as (sql: string) => unknown;
    return (sql) => parse(sql) !== undefined;
  },
};

async function load(name: string): Promise<Reader | undefined> {
  const begun = performance.now();
  let library: Record<string, unknown>;
  try {
    library = (await import(name)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const parse = await OTHERS[name]?.(library);
  if (!parse) return undefined;
  const reads = (sql: string): boolean => {
    try {
      return parse(sql);
    } catch {
      return false;
    }
  };
  reads('select 1');
  return { name, reads, startMs: performance.now() - begun };
}

function statementsOf(path: string): Statement[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => Statement.parse(JSON.parse(line)));
}

function report(folder: string, readers: readonly Reader[]): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    const statements = statementsOf(join(folder, file));
    for (const { name, reads, startMs } of readers) {
      const begun = performance.now();
      const read = statements.filter(({ sql }) => reads(sql)).length;
      const each = (performance.now() - begun) / statements.length;
      console.log(
        `${file}: ${name} ${read}/${statements.length}, ${each.toFixed(3)} ms each, start ${startMs.toFixed(0)} ms`,
      );
    }
    const wanted = file.endsWith('-selects.jsonl');
    for (const { name, sql } of statements) {
      const verdict = judgeQuery(sql);
      if ((verdict.verdict === 'accepted') === wanted) continue;
      console.log(`  ${name}: ${verdict.verdict === 'accepted' ? 'ACCEPTED' : `${verdict.code} ${verdict.message}`}`);
    }
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/measure-parsers.ts <folder of .jsonl>');
  process.exitCode = 2;
} else {
  const others = await Promise.all(Object.keys(OTHERS).map((name) => load(name)));
  report(folder, [guard, ...others.filter((reader) => reader !== undefined)]);
}
