import { createS3Client, fromS3Error, type S3Access } from '../s3/s3-client.ts';
import { protectQuery, type WarehouseSession } from '../security/warehouse-session.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import { tokenize, type Token } from '../sql/lexer.ts';
import type { TranslatedSql } from '../sql/pieces.ts';
import { sqlName, sqlString } from '../sql/rewriter.ts';
import { findWord, isWord } from '../sql/spans.ts';
import { singleStatement, statementKind } from '../sql/statement-kind.ts';
import { SqlError } from '../sql/sql-error.ts';
import { translate } from '../sql/translate.ts';
import type { Outcome, Unload } from '../statements/execute.ts';
import { describeColumns, type UnloadColumn } from './columns.ts';
import { byReference, byUpload } from './delivery.ts';
import { prepareDestination } from './destination.ts';
import type { Export, ExportContext } from './export.ts';
import { partitionFolder } from './file-names.ts';
import type { UnloadedFile } from './file-series.ts';
import { manifest } from './manifest.ts';
import { exportParquet } from './parquet-export.ts';
import { parseUnload } from './parse-unload.ts';
import { exportText } from './text-export.ts';
import { putObject } from './upload.ts';

export interface UnloaderOptions {
  readonly s3: S3Access;
  readonly slices: number;
  readonly workDirectory: string;
}

export interface Unloader {
  readonly unload: Unload;
  close(): void;
}

const STAGE = 'rs_unload_stage';

/** The inner query must be one query, and may have no LIMIT of its own. */
function checkQuery(tokens: readonly Token[]): void {
  if (statementKind(tokens) !== 'query' || isWord(tokens[0], 'explain', 'show')) {
    throw new SqlError('42601', 'UNLOAD takes a SELECT statement', (tokens[0]?.start ?? 0) + 1);
  }
  const limit = findWord(tokens, { lo: 0, hi: tokens.length }, new Set(['limit', 'top']));
  const token = tokens[limit];
  if (token !== undefined) {
    throw new SqlError(
      '0A000',
      'LIMIT clause is not supported in the outermost select of an UNLOAD statement',
      token.start + 1,
    );
  }
}

const exportFiles = (context: ExportContext, from: Export): Promise<UnloadedFile[]> =>
  context.command.format.kind === 'PARQUET' ? exportParquet(context, from) : exportText(context, from);

/** One export for each combination of the partition columns; the result is staged so that it is computed once. */
async function exportPartitions(
  context: ExportContext,
  sql: string,
  columns: readonly UnloadColumn[],
): Promise<UnloadedFile[]> {
  const { command, connection, signal, client } = context;
  const keys = command.partitionBy.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    throw new SqlError('42703', `Partition column "${name}" is not in the select list of the query`);
  });
  const kept = command.includePartitions ? columns : columns.filter((column) => !keys.includes(column));
  const references = columns.map(({ reference }) => reference).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${STAGE} AS SELECT * FROM (${sql}) AS q(${references})`);
  const names = keys.map(({ reference }) => `CAST(${reference} AS VARCHAR)`).join(', ');
  const found = (await connection.runAndReadAll(`SELECT DISTINCT ${names} FROM ${STAGE} ORDER BY ALL`)).getRows();
  const files: UnloadedFile[] = [];
  for (const row of found) {
    signal.throwIfAborted();
    const values = row.map((value) => (value === null ? null : String(value)));
    const prefix =
      command.prefix + keys.map(({ name }, index) => partitionFolder(name, values[index] ?? null)).join('');
    if (command.existing === 'clean') await prepareDestination(client, command, prefix, signal);
    const filter = keys.map(({ reference }, index) => {
      const value = values[index] ?? null;
      return `CAST(${reference} AS VARCHAR) IS NOT DISTINCT FROM ${value === null ? 'NULL' : sqlString(value)}`;
    });
    const source = `${sqlName(STAGE)} WHERE ${filter.join(' AND ')}`;
    files.push(...(await exportFiles(context, { prefix, source, columns: kept, always: false })));
  }
  return files;
}

async function run(context: ExportContext, inner: readonly Token[], session: WarehouseSession): Promise<Outcome> {
  const { command, connection, client, signal } = context;
  let translated: TranslatedSql = { sql: '', sourceOffset: () => 0 };
  try {
    translated = translate(inner);
    translated = await protectQuery(session, translated);
    const columns = await describeColumns(connection, translated.sql);
    const partitioned = command.partitionBy.length > 0;
    if (!partitioned || command.existing === 'refuse')
      await prepareDestination(client, command, command.prefix, signal);
    const source = `(${translated.sql}) AS q(${columns.map(({ reference }) => reference).join(', ')})`;
    const whole: Export = { prefix: command.prefix, source, columns, always: true };
    const files = partitioned
      ? await exportPartitions(context, translated.sql, columns)
      : await exportFiles(context, whole);
    signal.throwIfAborted();
    if (command.manifest !== 'none' && files.length > 0) {
      const body = Buffer.from(JSON.stringify(manifest(command, files, columns), undefined, 2));
      await putObject({ client, bucket: command.bucket, key: `${command.prefix}manifest`, signal }, body);
    }
    return { result: undefined, rows: -1 };
  } catch (cause) {
    const known = fromS3Error(cause);
    throw known instanceof SqlError ? known : fromEngineError(known, inner, translated);
  }
}

/** UNLOAD for the runner of statements. */
export function createUnloader({ s3, slices, workDirectory: own }: UnloaderOptions): Unloader {
  const { localFiles } = s3;
  const workDirectory = localFiles ?? own;
  const delivery = localFiles === undefined ? byUpload : byReference(localFiles);
  const client = createS3Client(s3);
  return {
    async unload(session: WarehouseSession, tokens: readonly Token[], signal: AbortSignal): Promise<Outcome> {
      const command = parseUnload(tokens);
      const inner = singleStatement(tokenize(command.query));
      checkQuery(inner);
      const { connection } = session;
      return run({ command, connection, client, signal, slices, delivery, workDirectory }, inner, session);
    },
    close: () => client.destroy(),
  };
}
