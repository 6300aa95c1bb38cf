import {
  type ColumnMetadata,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
} from '@aws-sdk/client-redshift-data';
import type { TargetColumn } from '../../core/load/target.ts';
import type { Tables } from '../../core/load/ports.ts';
import { submitOutcome } from './submit-errors.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';

/** Of up to 1,000 columns each; Redshift's widest table has 1,600. */
const mostPages = 4;

/** Tables as the Data API describes them to a user of the warehouse. */
export class RedshiftTables implements Tables {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    this.#entrance = new Entrance(options);
  }

  async columns({ schema, table, user }: Parameters<Tables['columns']>[0]): ReturnType<Tables['columns']> {
    const { client, input } = this.#entrance.for(user);
    const columns: TargetColumn[] = [];
    let next: string | undefined;
    try {
      for (let page = 0; page < mostPages; page += 1) {
        const described: DescribeTableCommandOutput = await client.send(
          new DescribeTableCommand({ ...input, Schema: schema, Table: table, NextToken: next }),
        );
        columns.push(...(described.ColumnList ?? []).map(columnOf));
        next = described.NextToken;
        if (next === undefined) return { outcome: 'described', columns };
      }
    } catch (error) {
      const outcome = submitOutcome(error);
      if (!outcome) throw error;
      return outcome;
    }
    throw new Error(`${schema}.${table} has more than ${mostPages} pages of columns`);
  }
}

/** An identity column's default is a call of one of these. */
const identity = /identity"?\s*\(/i;

function columnOf(column: ColumnMetadata): TargetColumn {
  const { name, typeName, length, precision, scale, nullable, columnDefault } = column;
  return {
    name: name ?? '',
    type: (typeName ?? '').toLowerCase(),
    length,
    precision,
    scale,
    nullable: nullable !== 0,
    has_default: columnDefault !== undefined && columnDefault !== '',
    identity: columnDefault !== undefined && identity.test(columnDefault) && !/default_identity/i.test(columnDefault),
  };
}
