import type { DuckDBConnection } from '@duckdb/node-api';
import { fromEngineError } from '../sql/engine-errors.ts';
import { applyEdits, surround, withoutSource, type Edit } from '../sql/edits.ts';
import { tokenize } from '../sql/lexer.ts';
import type { TranslatedSql } from '../sql/pieces.ts';
import { sqlName } from '../sql/rewriter.ts';
import { permissionDenied, SqlError } from '../sql/sql-error.ts';
import { translate } from '../sql/translate.ts';
import type { Access, RowFilter } from './access.ts';
import { TEMPORARY, viewQuery, type Catalog, type CatalogEntry } from './catalog.ts';
import { CLOSED_FUNCTIONS, OPEN_TABLE_FUNCTIONS } from './open-functions.ts';
import { NotAQuery, queryTree, type NamedRelation, type QueryTree } from './query-tree.ts';
import { relationKey, relationSql, type Relation } from './relation.ts';
import { nameEnd, unqualified } from './names-in-sql.ts';
import type { Policy } from './security.ts';
import { isSystemRelation, openSystemRelation } from './system-relations.ts';

export interface GuardOptions {
  readonly connection: DuckDBConnection;
  readonly access: Access;
  readonly catalog: Catalog;
  /** Schemas that the user's unqualified names are looked for in; those of views and policies never see temporary tables. */
  readonly path: readonly string[];
  /** The rights of a view's owner; undefined is the administrator. */
  readonly accessOfOwner: (relation: Relation) => Access;
}

/** The relation that a statement changes, at this offset of the user's text: it needs other rights than reading it does. */
export interface ChangedRelation {
  readonly source: number;
  readonly privileges: readonly string[];
}

/** Whose rights count for what a query reads, and what becomes of it. */
interface Reader {
  readonly path: readonly string[];
  require(entry: CatalogEntry): void;
  /** `policy`: lookup tables, which no policy protects. `names`: only names are made unambiguous. */
  readonly kind: 'query' | 'policy' | 'names';
  readonly depth: number;
}

/** Turns what a user submits into what that user may have. */
export interface Guard {
  /**
   * A query with its names resolved once and for all, protected tables cut down to the user's rows and views replaced by
   * their guarded queries. Rejects with SqlError 42501, 42P01, 3F000 where something may not be read or is not there.
   */
  query(translated: TranslatedSql, changed?: ChangedRelation): Promise<TranslatedSql>;
  /** A query as a view keeps it: checked, with its names resolved. */
  viewQuery(translated: TranslatedSql): Promise<TranslatedSql>;
  /** The relation a statement names, after checking that its schema may be used. */
  relation(named: Relation, position?: number): CatalogEntry;
  /** Whether row-level security has hidden rows from a query so far. */
  hidesRows(): boolean;
  /** Throws SqlError 42501 when the user has not this right to it. */
  require(privilege: string, entry: CatalogEntry): void;
}

/** As a limit it changes nothing but keeps the engine from moving a user's conditions below a policy's. */
const BARRIER = 'LIMIT 9223372036854775807';
const MAX_DEPTH = 20;

const missing = ({ schema, name }: Relation, position: number | undefined): SqlError => {
  const full = schema === '' ? name : `${schema}.${name}`;
  return new SqlError('42P01', `relation "${full.toLowerCase()}" does not exist`, position);
};

export class QueryGuard implements Guard {
  private readonly options: GuardOptions;
  private readonly checked = new Set<string>();
  private isFiltered = false;

  constructor(options: GuardOptions) {
    this.options = options;
  }

  async query(translated: TranslatedSql, changed?: ChangedRelation): Promise<TranslatedSql> {
    const { access, path } = this.options;
    const require = (entry: CatalogEntry): void => this.requireRight(access, 'SELECT', entry);
    return this.resolve(translated, { kind: 'query', path, require, depth: 0 }, changed);
  }

  async viewQuery(translated: TranslatedSql): Promise<TranslatedSql> {
    const { access, path } = this.options;
    const require = (entry: CatalogEntry): void => {
      if (entry.kind === 'temporary') throw new SqlError('0A000', 'a view cannot be made on a temporary table');
      this.requireRight(access, 'SELECT', entry);
    };
    return this.resolve(translated, { kind: 'names', path, require, depth: 0 });
  }

  relation(named: Relation, position?: number): CatalogEntry {
    const { catalog, access, path } = this.options;
    if (isSystemRelation(named.schema, named.name)) throw permissionDenied(named.name);
    if (named.schema !== '' && !catalog.hasSchema(named.schema) && named.schema.toLowerCase() !== TEMPORARY) {
      throw new SqlError('3F000', `schema "${named.schema.toLowerCase()}" does not exist`, position);
    }
    const entry = catalog.find(named.schema, named.name, path);
    if (entry === undefined) throw missing(named, position);
    this.requireSchema(access, entry);
    return entry;
  }

  private requireSchema(access: Access, entry: CatalogEntry): void {
    if (entry.kind === 'temporary' || access.mayInSchema('USAGE', entry.schema) || access.owns(entry)) return;
    throw new SqlError('42501', `permission denied for schema ${entry.schema}`);
  }

  hidesRows(): boolean {
    return this.isFiltered;
  }

  require(privilege: string, entry: CatalogEntry): void {
    this.requireRight(this.options.access, privilege, entry);
  }

  private requireRight(access: Access, privilege: string, entry: CatalogEntry): void {
    if (entry.kind === 'temporary') return;
    this.requireSchema(access, entry);
    if (!access.may(privilege, entry)) throw permissionDenied(entry.name);
  }

  private async parse(translated: TranslatedSql): Promise<QueryTree> {
    try {
      return await queryTree(this.options.connection, translated.sql);
    } catch (cause) {
      if (!(cause instanceof NotAQuery)) throw cause;
      // The engine's own refusal has the position. What it would take is no query at all.
      if (!/only SELECT|more than one/i.test(cause.message)) await this.prepare(translated);
      throw new SqlError('42501', 'permission denied: only queries are open to users here', undefined, { cause });
    }
  }

  private async prepare(translated: TranslatedSql): Promise<void> {
    try {
      (await this.options.connection.prepare(translated.sql)).destroySync();
    } catch (cause) {
      throw fromEngineError(cause, [], translated);
    }
  }

  /** Puts in the place of each relation what the reader gets of it. */
  private async resolve(translated: TranslatedSql, reader: Reader, changed?: ChangedRelation): Promise<TranslatedSql> {
    if (reader.depth > MAX_DEPTH) throw new SqlError('54001', 'views are nested too deeply');
    const tree = await this.parse(translated);
    this.refuseFunctions(tree);
    const edits: Edit[] = [];
    const resolved: Relation[] = [];
    for (const named of tree.relations) {
      const end = nameEnd(translated.sql, named.start);
      const source = translated.sourceOffset(named.start);
      const isChanged = changed?.source === source;
      const entry = this.lookUp(named, reader, source + 1);
      const text = await this.replacement(entry, named, reader, isChanged ? changed : undefined);
      const alias = named.hasAlias || !text.startsWith('(') ? '' : ` AS ${sqlName(named.name.toLowerCase())}`;
      edits.push({ start: named.start, end, text: text + alias });
      if (entry !== undefined) resolved.push(entry);
    }
    edits.push(...unqualified(translated.sql, tree, resolved));
    return applyEdits(translated, edits);
  }

  private refuseFunctions({ functions, tableFunctions }: QueryTree): void {
    const closed =
      functions.find((name) => CLOSED_FUNCTIONS.has(name)) ??
      tableFunctions.find((name) => !OPEN_TABLE_FUNCTIONS.has(name));
    if (closed !== undefined) throw new SqlError('42501', `permission denied for function ${closed}`);
  }

  /** Undefined: a system relation that is open to users. */
  private lookUp(named: NamedRelation, reader: Reader, position: number): CatalogEntry | undefined {
    const { catalog } = this.options;
    const { schema, name } = named;
    if (named.catalog !== '') throw missing(named, reader.depth === 0 ? position : undefined);
    const entry = catalog.find(schema, name, reader.path);
    if (entry !== undefined) return entry;
    if (isSystemRelation(schema, name)) return undefined;
    if (reader.depth > 0) throw missing(named, undefined);
    return this.relation(named, position);
  }

  private async replacement(
    entry: CatalogEntry | undefined,
    named: NamedRelation,
    reader: Reader,
    changed: ChangedRelation | undefined,
  ): Promise<string> {
    const { access } = this.options;
    if (entry === undefined) {
      const open =
        reader.kind === 'query'
          ? openSystemRelation(named.schema, named.name, { user: access.user, relations: this.visible() })
          : undefined;
      if (open === undefined) throw permissionDenied(named.name);
      return open;
    }
    if (changed === undefined) reader.require(entry);
    else for (const privilege of changed.privileges) this.requireRight(access, privilege, entry);
    if (reader.kind === 'policy' && (entry.kind !== 'table' || access.rowFilter(entry) !== undefined)) {
      throw new SqlError('0A000', `an RLS policy cannot look up ${entry.name}: it is no plain table`);
    }
    if (reader.kind === 'names' || entry.kind === 'temporary') return relationSql(entry);
    const filter = access.rowFilter(entry);
    if (entry.kind === 'table' && filter === undefined) return relationSql(entry);
    const columns = changed === undefined ? '*' : '*, rowid';
    const from = entry.kind === 'view' ? await this.expandView(entry, reader.depth) : relationSql(entry);
    const rows = filter === undefined ? `(SELECT * FROM ${from})` : await this.filtered(entry, from, filter, columns);
    await this.bindAlone(entry, rows);
    return rows;
  }

  private visible(): Relation[] {
    const { access, catalog } = this.options;
    const rights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
    return catalog
      .all()
      .filter((entry) => entry.kind !== 'temporary' && rights.some((right) => access.may(right, entry)));
  }

  /** The view's query, read with the rights of its owner but with the row filters of the user. */
  private async expandView(view: Extract<CatalogEntry, { kind: 'view' }>, depth: number): Promise<string> {
    const owner = this.options.accessOfOwner(view);
    const query = await this.resolve(withoutSource(viewQuery(view.definition)), {
      kind: 'query',
      path: [view.schema, 'public', 'main'],
      require: (entry) => this.requireRight(owner, 'SELECT', entry),
      depth: depth + 1,
    });
    return `(${query.sql}) AS ${sqlName(view.name)}(${view.columns.map(sqlName).join(', ')})`;
  }

  private async filtered(entry: CatalogEntry, from: string, filter: RowFilter, columns: string): Promise<string> {
    this.isFiltered = true;
    const conditions: string[] = [];
    for (const policy of filter.policies) conditions.push(`(${await this.condition(policy)})`);
    const condition = conditions.length === 0 ? 'false' : conditions.join(` ${filter.conjunction} `);
    const alias = filter.policies[0]?.alias ?? '';
    const named = entry.kind === 'view' ? `(SELECT * FROM ${from})` : from;
    return `(SELECT ${columns} FROM ${named} AS ${sqlName(alias === '' ? entry.name : alias)} WHERE ${condition} ${BARRIER})`;
  }

  private async condition(policy: Policy): Promise<string> {
    const head = 'SELECT 1 WHERE ';
    const expression = surround(head, translate(tokenize(policy.expression)));
    const reader: Reader = { kind: 'policy', path: ['public', 'main'], require: () => undefined, depth: 1 };
    return (await this.resolve(withoutSource(expression.sql), reader)).sql.slice(head.length);
  }

  /** A name in a policy or view that its own tables lack would else be looked for in the user's query. */
  private async bindAlone(entry: CatalogEntry, rows: string): Promise<void> {
    if (this.checked.has(relationKey(entry))) return;
    try {
      await this.prepare(withoutSource(`SELECT 1 FROM ${rows} AS rs_protected`));
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
      throw new SqlError(cause.sqlState, `${entry.name}: ${cause.message}`, undefined, { cause });
    }
    this.checked.add(relationKey(entry));
  }
}
