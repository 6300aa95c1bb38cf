import {
  type ColumnMetadata,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
} from '@aws-sdk/client-redshift-data';
import type { Tables, TableColumn } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';

/** Of up to 1,000 columns each; Redshift's widest table has 1,600. */
const mostPages = 4;

/** Tables as the Data API describes them to a user of the warehouse. */
export class RedshiftTables implements Tables {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    this.#entrance = new Entrance(options);
  }

  async columns({ schema, table, user }: Parameters<Tables['columns']>[0]): Promise<TableColumn[]> {
    const { client, input } = this.#entrance.for(user);
    const columns: TableColumn[] = [];
    let next: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const described: DescribeTableCommandOutput = await client.send(
        new DescribeTableCommand({ ...input, Schema: schema, Table: table, NextToken: next }),
      );
      columns.push(...(described.ColumnList ?? []).map(columnOf));
      next = described.NextToken;
      if (next === undefined) return columns;
    }
    throw new Error(`${schema}.${table} has more than ${mostPages} pages of columns`);
  }
}

const columnOf = ({
  name,
  typeName,
  length,
  precision,
  scale,
  nullable,
  columnDefault,
}: ColumnMetadata): TableColumn => ({
  name: name ?? '',
  type: (typeName ?? '').toLowerCase(),
  length: length ?? 0,
  precision: precision ?? 0,
  scale: scale ?? 0,
  nullable: nullable !== 0,
  default: columnDefault ?? null,
});
