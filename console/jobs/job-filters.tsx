import { Button, Group, NativeSelect } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef } from 'react';
import { type Filters, jobStates, oneOf, operations } from '../routing/route.ts';
import { inputOf } from '../shell/when.ts';
import { stateLabel } from './job-state.tsx';
import { TypedFilter } from './typed-filter.tsx';

interface JobFiltersProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** These filters with another value of one of them; undefined takes it away. */
function withOne<Name extends keyof Filters>(filters: Filters, name: Name, value: Filters[Name] | undefined): Filters {
  const { [name]: _, ...others } = filters;
  return value === undefined ? others : { ...others, [name]: value };
}

/** What of all jobs is shown. A choice acts at once, a text when it is left or by Enter. */
export function JobFilters({ filters, onChange }: JobFiltersProps) {
  const first = useRef<HTMLSelectElement>(null);
  useHotkeys([['/', () => first.current?.focus()]]);

  const text = (name: 'object' | 'tag', label: string) => (
    <TypedFilter
      label={label}
      value={filters[name] ?? ''}
      onCommit={(typed) => onChange(withOne(filters, name, typed === '' ? undefined : typed))}
    />
  );
  const time = (name: 'created_after' | 'created_before', label: string) => (
    <TypedFilter
      label={label}
      type="datetime-local"
      value={inputOf(filters[name])}
      onCommit={(typed) => {
        const at = Date.parse(typed);
        onChange(withOne(filters, name, Number.isNaN(at) ? undefined : new Date(at).toISOString()));
      }}
    />
  );

  return (
    <search aria-label="Filter jobs">
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label="State"
          size="xs"
          ref={first}
          value={filters.state ?? ''}
          onChange={(event) => onChange(withOne(filters, 'state', oneOf(jobStates, event.currentTarget.value)))}
          data={[
            { value: '', label: 'Any' },
            ...jobStates.map((state) => ({ value: state, label: stateLabel(state) })),
          ]}
        />
        <NativeSelect
          label="Operation"
          size="xs"
          value={filters.operation ?? ''}
          onChange={(event) => onChange(withOne(filters, 'operation', oneOf(operations, event.currentTarget.value)))}
          data={[{ value: '', label: 'Any' }, ...operations]}
        />
        {text('object', 'Object')}
        {text('tag', 'Tag')}
        {time('created_after', 'Created from')}
        {time('created_before', 'Created before')}
        {Object.keys(filters).length > 0 && (
          <Button size="xs" variant="subtle" onClick={() => onChange({})}>
            Clear
          </Button>
        )}
      </Group>
    </search>
  );
}
