import { Alert, Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { bytesOf, timeOf } from '../../cli/render/amounts.ts';
import { hashOf } from '../routing/route.ts';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import type { Upload, UploadState } from './upload-store.ts';

const shareOf = ({ bytes, file }: Upload): number => (file.size === 0 ? 100 : Math.floor((bytes / file.size) * 100));

/** "12.0 MB of 40.0 MB, 3.20 MB/s, 9 s left" */
export function amountOf({ bytes, file, rate }: Upload): string {
  const parts = [`${bytesOf(bytes)} of ${bytesOf(file.size)}`];
  if (rate !== undefined && rate > 0) parts.push(`${bytesOf(rate)}/s`, `${timeOf((file.size - bytes) / rate)} left`);
  return parts.join(', ');
}

interface SendingProps {
  upload: Extract<UploadState, { phase: 'sending' }>;
  onStop: () => void;
}

/** A file on its way. */
export function Sending({ upload, onStop }: SendingProps) {
  const { file, table, jobId } = upload;
  return (
    <Section title={`Sending ${file.name}`} aside={<Text size="sm">into {table}</Text>}>
      <Stack gap="sm">
        <Progress value={shareOf(upload)} animated size="lg" aria-label="Upload" />
        <Group justify="space-between">
          <Text size="sm">{amountOf(upload)}</Text>
          <Button size="xs" variant="default" onClick={onStop}>
            Stop
          </Button>
        </Group>
        {jobId !== undefined && (
          <Text size="sm" c="dimmed">
            <Job id={jobId} /> is open until the file is there. It goes on while you look at other pages of this tab.
          </Text>
        )}
      </Stack>
    </Section>
  );
}

const Job = ({ id }: { id: string }) => (
  <Anchor href={hashOf({ page: 'job', id })} size="sm" underline="always">
    Job {id}
  </Anchor>
);

interface BrokenProps {
  upload: Extract<UploadState, { phase: 'broken' }>;
  jobId: string;
  onGoOn: () => void;
  onForget: () => void;
}

/** A file of which some may have come. */
export function Broken({ upload, jobId, onGoOn, onForget }: BrokenProps) {
  const { error, file, table } = upload;
  return (
    <Section title={error === undefined ? 'Stopped' : 'Broken off'} aside={<Text size="sm">into {table}</Text>}>
      <Stack gap="sm">
        {error === undefined ? (
          <Alert color="gray" role="status">
            {file.name} was not sent to its end: {amountOf({ ...upload, rate: undefined })}.
          </Alert>
        ) : (
          <Failure error={error} />
        )}
        <Text size="sm">
          <Job id={jobId} /> stays open, and what was sent stays with it. Go on, and only what is missing is sent.
        </Text>
        <Group>
          <Button size="xs" onClick={onGoOn}>
            Go on
          </Button>
          <Button size="xs" variant="default" onClick={onForget}>
            Leave it
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
