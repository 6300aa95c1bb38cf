import { Table, Text } from '@mantine/core';
import { Wide } from '../shell/wide.tsx';

interface RowTableProps {
  columns: readonly { name: string; type?: string }[];
  rows: readonly Readonly<Record<string, unknown>>[];
  label: string;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value);
}

/** By the type that the warehouse names, as large numbers are texts here; a load's rows have no types. */
const isNumeric = (type: string | undefined, value: unknown): boolean =>
  type === undefined ? typeof value === 'number' : /^(small|big)?int|^(numeric|decimal|real|double|float)/i.test(type);

/** Rows of data, as they are; NULL is told from ''. */
export function RowTable({ columns, rows, label }: RowTableProps) {
  return (
    <Wide minWidth={400} maxHeight={420}>
      <Table striped withColumnBorders verticalSpacing={4} aria-label={label} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ name, type }) => (
              <Table.Th key={name} scope="col" ta={isNumeric(type, undefined) ? 'right' : undefined}>
                {name}
                {type !== undefined && (
                  <Text size="xs" c="dimmed" fw={400}>
                    {type}
                  </Text>
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            <Table.Tr key={at}>
              {columns.map(({ name, type }) => {
                const value = Object.hasOwn(row, name) ? row[name] : null;
                return (
                  <Table.Td key={name} ta={isNumeric(type, value) ? 'right' : undefined}>
                    {value === null || value === undefined ? (
                      <Text span size="xs" c="dimmed">
                        NULL
                      </Text>
                    ) : (
                      <Text span size="sm" lineClamp={3} className="cell">
                        {textOf(value)}
                      </Text>
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
