import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { SpectraError } from '../../client/browser.ts';
import { dryRunLoad } from '../../core/load/dry-run-load.ts';
import { RowTable } from '../job/row-table.tsx';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { type Faults, faultsOf, missing, ofWritten } from './faults.ts';
import { FileField } from './file-field.tsx';
import { type LoadForm, mappingsFor, requestOf } from './form.ts';
import { FormatFields } from './format-fields.tsx';
import type { Seen } from './look-into.ts';
import { type MapColumns, MappingTable } from './mapping-table.tsx';
import { OptionFields, TableFields } from './table-fields.tsx';
import type { UploadState } from './upload-store.ts';
import { guess, useSeen } from './use-file.ts';

interface LoadFormViewProps {
  initial: LoadForm;
  /** Of a load that the service did not take. */
  refused: Extract<UploadState, { phase: 'broken' }> | undefined;
}

/** The errors of the service stand for the request that it refused, and for no other. */
function useFaults(form: LoadForm, asked: LoadForm | undefined, answer: unknown) {
  const settled = useDeferredValue(form);
  return useMemo(() => {
    const { body, rows } = requestOf(settled);
    const told = dryRunLoad(body);
    const said = asked === settled && answer instanceof SpectraError ? answer.errors : [];
    const own = told.outcome === 'invalid' ? told.errors : [];
    const faults = ofWritten(faultsOf([...own, ...said], rows), settled);
    return { body, faults, fits: told.outcome === 'accepted' && settled === form };
  }, [settled, asked, answer, form]);
}

/** A file, what is seen of it, and what is asked for. */
function useLoad(initial: LoadForm) {
  const [file, setFile] = useState<File>();
  const [form, setForm] = useState(initial);
  const patch = useCallback((changed: Partial<LoadForm>) => setForm((before) => ({ ...before, ...changed })), []);
  const map = useCallback<MapColumns>(
    (change) => setForm((before) => ({ ...before, mappings: change(before.mappings) })),
    [],
  );
  const onSeen = useCallback(
    (found: Seen) => map((before) => (found.kind === 'seen' ? mappingsFor(found.columns, before) : [])),
    [map],
  );
  const seen = useSeen(file, form, onSeen);
  const choose = async (chosen: File) => {
    patch(await guess(chosen));
    setFile(chosen);
  };
  return { file, form, seen, patch, map, choose };
}

/** What to load, where to and how. */
export function LoadFormView({ initial, refused }: LoadFormViewProps) {
  const { uploads } = useService();
  const { file, form, seen, patch, map, choose } = useLoad(initial);
  const [asked, setAsked] = useState<LoadForm>();
  const { body, faults, fits } = useFaults(form, asked, refused?.error);
  const lacking = missing(form, file);
  const submit = () => {
    if (!file) return;
    setAsked(form);
    void uploads.begin({ file, body });
  };
  return (
    <Stack>
      <Section title="File">
        <Stack gap="sm">
          <FileField file={file} onFile={(chosen) => void choose(chosen)} />
          {file && <FormatFields form={form} faults={faults} onChange={patch} />}
          {seen && <Look seen={seen} />}
        </Stack>
      </Section>
      <Section title="Where to">
        <TableFields form={form} faults={faults} onChange={patch} />
      </Section>
      {seen && seen.kind !== 'refused' && <Columns form={form} seen={seen} faults={faults} onChange={map} />}
      <Section title="Options">
        <OptionFields form={form} faults={faults} onChange={patch} />
      </Section>
      <Section title="Request">
        <pre className="code">{`POST /bulk/jobs\n${JSON.stringify(body, null, 2)}`}</pre>
      </Section>
      {faults.others.length > 0 && <Others faults={faults} />}
      {refused && (asked === undefined || asked === form) && <Failure error={refused.error} />}
      <Group>
        <Button onClick={submit} disabled={lacking !== undefined || !fits || seen?.kind === 'refused'}>
          Load
        </Button>
        <Text size="sm" c="dimmed" aria-live="polite">
          {lacking ?? (fits ? 'Whether the table takes it, the service says once the file is there.' : '')}
        </Text>
      </Group>
    </Stack>
  );
}

function Look({ seen }: { seen: Seen }) {
  switch (seen.kind) {
    case 'seen':
      return seen.rows.length > 0 ? (
        <RowTable label="First rows of the file" columns={seen.columns} rows={seen.rows} />
      ) : null;
    case 'unseen':
      return <Text size="sm">{seen.why}</Text>;
    case 'refused':
      return (
        <Alert color="red" title="The service would not take this file" role="status">
          {seen.message}
        </Alert>
      );
  }
}

interface ColumnsProps {
  form: LoadForm;
  seen: Exclude<Seen, { kind: 'refused' }>;
  faults: Faults;
  onChange: MapColumns;
}

function Columns({ form, seen, faults, onChange }: ColumnsProps) {
  const fault = faults.fields.get('column_mappings');
  return (
    <Section title="Columns" aside={<Text size="sm">{asideOf(form)}</Text>}>
      {seen.kind === 'unseen' && form.mappings.length === 0 && (
        <Text size="sm">
          Columns go by their names. To send one to another name, or through an expression, map it here; then only what
          is mapped is loaded.
        </Text>
      )}
      <MappingTable
        mappings={form.mappings}
        columns={seen.kind === 'seen' ? seen.columns : undefined}
        sample={seen.kind === 'seen' ? seen.rows[0] : undefined}
        faults={faults}
        onChange={onChange}
      />
      {fault !== undefined && <div className="fault-text">{fault}</div>}
    </Section>
  );
}

function asideOf({ mappings }: LoadForm): string {
  const used = mappings.filter(({ used: is }) => is).length;
  return used === mappings.length ? `${used} to load` : `${used} of ${mappings.length} to load`;
}

function Others({ faults }: { faults: Faults }) {
  return (
    <Alert color="red" title="The request does not fit">
      <List size="sm">
        {faults.others.map(({ pointer, message }) => (
          <List.Item key={pointer}>
            <Code>{pointer}</Code> {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
