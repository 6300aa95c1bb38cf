import { Alert, Code, List, Text } from '@mantine/core';
import type { DryRun } from '../../core/sql/dry-run-export.ts';
import type { Place } from '../sql/place.ts';

interface VerdictProps {
  told: DryRun;
  /** Where the fault is. */
  place: Place | undefined;
}

/** What the service would say, and what would run. */
export function Verdict({ told, place }: VerdictProps) {
  switch (told.outcome) {
    case 'accepted':
      return (
        <Alert color="teal" title="The guard accepts it">
          <Text size="sm">
            It reads {told.verdict.relations.length === 0 ? 'no tables' : told.verdict.relations.join(', ')}. Whether
            they are there, and may be read, the warehouse says.
          </Text>
          <details>
            <summary>The statement that would run</summary>
            <pre className="code">{told.statement}</pre>
          </details>
        </Alert>
      );
    case 'refused':
      return (
        <Alert color="red" title={`Refused: ${told.verdict.code}`}>
          <Text size="sm">
            {place && `Line ${place.line}, column ${place.column}: `}
            {told.verdict.message}
          </Text>
          <Text size="sm">{told.verdict.hint}</Text>
        </Alert>
      );
    case 'invalid':
      return (
        <Alert color="red" title="The options do not fit">
          <List size="sm">
            {told.errors.map(({ pointer, message }) => (
              <List.Item key={pointer}>
                <Code>{pointer}</Code> {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      );
  }
}
