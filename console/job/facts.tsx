import { Paper, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { bytesOf, countOf, plural } from '../../cli/render/amounts.ts';
import type { JobRecord } from '../../client/browser.ts';
import { At } from '../shell/time.tsx';
import { lasting } from '../shell/when.ts';

const seconds = (value: number | null): string | null => (value === null ? null : lasting(value));
const time = (at: string | null): ReactNode => (at === null ? null : <At at={at} />);

/** What is worth knowing of a job, and nothing that is empty. */
function factsOf(job: JobRecord): [name: string, value: ReactNode][] {
  const facts: [string, ReactNode][] = [
    ['Operation', job.operation],
    ['Object', job.object],
    ['Tag', job.tag],
    ['Key', job.external_id_field?.join(', ') ?? null],
    ['Format', [job.content_type, job.compression].filter((each) => each !== 'NONE').join(', ')],
    ['Created', time(job.created_at)],
    ['Started', time(job.started_at)],
    ['Ended', time(job.completed_at)],
    ['Waited', seconds(job.wait_seconds)],
    ['Took', seconds(job.duration_seconds)],
    ['Runs', job.attempt > 1 ? String(job.attempt) : null],
    ['Next run', time(job.retry_at)],
    ['Rows', job.is_finished ? countOf(job.number_records_processed) : null],
    ['Rejected', job.number_records_failed > 0 ? countOf(job.number_records_failed) : null],
    ['Uploaded', job.uploads ? `${plural(job.uploads.files, 'file')}, ${bytesOf(job.uploads.bytes)}` : null],
    ['Files', job.files > 0 ? `${plural(job.files, 'file')}, ${bytesOf(job.bytes)}` : null],
    ['Kept until', time(job.expires_at)],
  ];
  return facts.filter(([, value]) => value !== null && value !== '');
}

export function Facts({ job }: { job: JobRecord }) {
  return (
    <Paper withBorder p="md">
      <dl className="facts">
        {factsOf(job).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!job.is_finished && <Now job={job} />}
    </Paper>
  );
}

/** How far it is, as far as that is known: without an estimate there is no bar. */
function Now({ job: { progress, desired_state } }: { job: JobRecord }) {
  const { message, percentage, files, bytes, estimated_completion } = progress;
  return (
    <div>
      <Text size="sm" mt="md" aria-live="polite">
        {desired_state === null ? message : 'The statement is being stopped'}
        {percentage !== undefined && `, ${percentage} %`}
        {files !== undefined && files > 0 && `, ${countOf(files)} files and ${bytesOf(bytes ?? 0)} so far`}
        {estimated_completion !== undefined && (
          <>
            , done about <At at={estimated_completion} />
          </>
        )}
      </Text>
      {percentage !== undefined && <Progress value={percentage} mt={6} aria-label="Progress" />}
    </div>
  );
}
