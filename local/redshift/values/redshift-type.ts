import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';

/** A column's type in Redshift's terms. */
export interface RedshiftType {
  /** As `ColumnMetadata.typeName`: int4, varchar, numeric, ... */
  readonly name: string;
  /** As in a manifest's schema: integer, character varying, ... */
  readonly base: string;
  readonly precision: number;
  readonly scale: number;
  /** Declared length of a text column in bytes. The engine keeps none, so it is Redshift's maximum. */
  readonly length: number;
}

const MAX_VARCHAR = 65_535;

const type = (name: string, base: string, precision = 0, scale = 0, length = 0): RedshiftType => ({
  name,
  base,
  precision,
  scale,
  length,
});

/** The Redshift type that a DuckDB type stands for. DuckDB's wide integers (SUM of integers) are BIGINT. */
export function redshiftType(duckdb: DuckDBType): RedshiftType {
  if (duckdb.alias === 'JSON') return type('super', 'super', 0, 0, 16_777_216);
  switch (duckdb.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return type('bool', 'boolean', 1);
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.SMALLINT:
      return type('int2', 'smallint', 5);
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.INTEGER:
      return type('int4', 'integer', 10);
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return type('int8', 'bigint', 19);
    case DuckDBTypeId.FLOAT:
      return type('float4', 'real', 8, 8);
    case DuckDBTypeId.DOUBLE:
      return type('float8', 'double precision', 17, 17);
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = duckdb;
      return type('numeric', 'numeric', width, scale);
    }
    case DuckDBTypeId.DATE:
      return type('date', 'date', 13);
    case DuckDBTypeId.TIME:
      return type('time', 'time without time zone', 15, 6);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return type('timestamp', 'timestamp without time zone', 29, 6);
    case DuckDBTypeId.TIMESTAMP_TZ:
      return type('timestamptz', 'timestamp with time zone', 35, 6);
    case DuckDBTypeId.INTERVAL:
      return type('interval', 'interval', 49, 6);
    case DuckDBTypeId.BLOB:
      return type('varbyte', 'binary varying', 0, 0, MAX_VARCHAR);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.ARRAY:
      return type('super', 'super', 0, 0, 16_777_216);
    default:
      return type('varchar', 'character varying', 0, 0, MAX_VARCHAR);
  }
}
