import { Button, Group, Text } from '@mantine/core';
import { memo, useCallback } from 'react';
import type { Faults, MappingField } from './faults.ts';
import type { Mapping } from './form.ts';
import type { SeenColumn } from './look-into.ts';
import { Wide } from '../shell/wide.tsx';

/** Told how the mappings of that moment are changed. */
export type MapColumns = (change: (mappings: readonly Mapping[]) => Mapping[]) => void;

interface MappingTableProps {
  mappings: readonly Mapping[];
  /** Of the file, where they are seen; else the reader writes their names. */
  columns: readonly SeenColumn[] | undefined;
  /** A value of each column, by its name. */
  sample: Readonly<Record<string, unknown>> | undefined;
  faults: Faults;
  onChange: MapColumns;
}

const none: Partial<Record<MappingField, string>> = {};
const blank: Mapping = { source: '', target: '', used: true, transform: '' };

function sampleOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Which column of the file goes to which of the table. Of plain elements: a file may have hundreds of columns. */
export function MappingTable({ mappings, columns, sample, faults, onChange }: MappingTableProps) {
  const change = useCallback(
    (at: number, changed: Partial<Mapping>) =>
      onChange((all) => all.map((mapping, other) => (other === at ? { ...mapping, ...changed } : mapping))),
    [onChange],
  );
  const remove = useCallback((at: number) => onChange((all) => all.filter((_, other) => other !== at)), [onChange]);
  return (
    <>
      {mappings.length > 0 && (
        <Wide minWidth={640} maxHeight={480}>
          <table className="list fields" aria-label="Columns">
            <thead>
              <tr>
                <th scope="col">{columns ? 'Load' : 'Remove'}</th>
                <th scope="col">Column of the file</th>
                <th scope="col">Column of the table</th>
                <th scope="col">Transform, a SQL expression</th>
              </tr>
            </thead>
            <tbody>
              {mappings.map((mapping, at) => (
                <Row
                  key={columns ? mapping.source : at}
                  at={at}
                  mapping={mapping}
                  type={columns?.[at]?.type}
                  seen={columns !== undefined}
                  example={sampleOf(sample?.[mapping.source])}
                  faults={faults.mappings.get(at) ?? none}
                  onChange={change}
                  onRemove={remove}
                />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {!columns && (
        <Button size="xs" variant="default" mt="sm" onClick={() => onChange((all) => [...all, blank])}>
          Map a column
        </Button>
      )}
    </>
  );
}

interface RowProps {
  at: number;
  mapping: Mapping;
  type: string | undefined;
  seen: boolean;
  example: string;
  faults: Partial<Record<MappingField, string>>;
  onChange: (at: number, changed: Partial<Mapping>) => void;
  onRemove: (at: number) => void;
}

const Row = memo(
  function Row({ at, mapping, type, seen, example, faults, onChange, onRemove }: RowProps) {
    const { source, target, used, transform } = mapping;
    const name = source === '' ? `column ${at + 1}` : source;
    const field = (key: MappingField, label: string, value: string, placeholder?: string) => (
      <CellField
        label={`${label} of ${name}`}
        value={value}
        fault={faults[key]}
        code={key === 'transform'}
        disabled={!used}
        placeholder={placeholder}
        onChange={(typed) => onChange(at, { [key]: typed })}
      />
    );
    return (
      <tr data-unused={!used}>
        <td>
          {seen ? (
            <input
              type="checkbox"
              checked={used}
              aria-label={`Load ${name}`}
              onChange={(event) => onChange(at, { used: event.currentTarget.checked })}
            />
          ) : (
            <Button size="compact-xs" variant="default" aria-label={`Remove ${name}`} onClick={() => onRemove(at)}>
              Remove
            </Button>
          )}
        </td>
        {seen ? (
          <th scope="row">
            <Group gap={6}>
              <span className="job-id">{source}</span>
              {type !== undefined && (
                <Text span size="xs" c="dimmed">
                  {type}
                </Text>
              )}
            </Group>
            {example !== '' && <div className="label tag">{example}</div>}
          </th>
        ) : (
          <td>{field('source', 'Name', source)}</td>
        )}
        <td>{field('target', 'Target', target)}</td>
        <td>{field('transform', 'Transform', transform, at === 0 ? `upper(trim(${name}))` : undefined)}</td>
      </tr>
    );
  },
  (one, other) =>
    one.mapping === other.mapping &&
    one.at === other.at &&
    one.type === other.type &&
    one.seen === other.seen &&
    one.example === other.example &&
    one.faults.source === other.faults.source &&
    one.faults.target === other.faults.target &&
    one.faults.transform === other.faults.transform,
);

interface CellFieldProps {
  label: string;
  value: string;
  fault: string | undefined;
  code: boolean;
  disabled: boolean;
  placeholder: string | undefined;
  onChange: (typed: string) => void;
}

function CellField({ label, value, fault, code, disabled, placeholder, onChange }: CellFieldProps) {
  return (
    <>
      <input
        className={code ? 'cell-field code-field' : 'cell-field'}
        aria-label={label}
        aria-invalid={fault !== undefined}
        aria-description={fault}
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {fault !== undefined && <div className="fault-text">{fault}</div>}
    </>
  );
}
