import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { JobRecord, LoadOperation } from '../../client/browser.ts';
import { hashOf } from '../routing/route.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Section } from '../shell/section.tsx';
import { FileField } from './file-field.tsx';

/** A load that is open: its file is chosen again, and what is missing of it is sent. */
export function ResumeView({ job, operation }: { job: JobRecord; operation: LoadOperation }) {
  const { uploads } = useService();
  const [file, setFile] = useState<File>();
  const link = <Anchor href={hashOf({ page: 'job', id: job.job_id })}>Job {job.job_id}</Anchor>;
  const table = job.object ?? '';
  if (job.state !== 'Open') return <Empty>{link} has its file: nothing more is to be sent.</Empty>;
  const begin = () => {
    if (file) void uploads.begin({ file, body: { operation, object: table }, resume: job.job_id });
  };
  return (
    <Section title="File" aside={<Text size="sm">{[job.content_type, job.compression].join(', ')}</Text>}>
      <Stack gap="sm">
        <Text size="sm">
          {link} waits for the file of its {operation} into {table}. Choose the very same file as before, and only what
          is missing of it is sent.
        </Text>
        <FileField file={file} onFile={setFile} />
        <Group>
          <Button onClick={begin} disabled={!file}>
            Go on
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
