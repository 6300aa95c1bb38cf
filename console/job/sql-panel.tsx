import { lazy, Suspense } from 'react';
import { Text } from '@mantine/core';
import type { JobError } from '../../client/browser.ts';
import { Copy } from '../shell/copy.tsx';
import { Section } from '../shell/section.tsx';
import { placeOf } from '../sql/place.ts';

const SqlView = lazy(() => import('../sql/sql-view.tsx'));

/** The query of a job, with the character at fault marked where the warehouse names it. */
export function SqlPanel({ sql, error }: { sql: string; error: JobError | null }) {
  const position = error?.details.position;
  const place = position === undefined ? undefined : placeOf(sql, position);
  return (
    <Section title="Query" aside={<Copy text={sql} what="the query" />}>
      <Suspense fallback={<pre className="code">{sql}</pre>}>
        <SqlView sql={sql} fault={place} />
      </Suspense>
      {place && error && (
        <Text size="sm" mt="xs">
          Line {place.line}, column {place.column}: {error.message}
        </Text>
      )}
    </Section>
  );
}
