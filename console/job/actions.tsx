import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useState } from 'react';
import type { JobRecord } from '../../client/browser.ts';
import { hashOf, type Route } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';

type Verb = 'start' | 'cancel' | 'retry' | 'delete';

/** What can be done with a job in its state. */
function verbsOf({ state, operation, desired_state }: JobRecord): Verb[] {
  switch (state) {
    case 'Open':
      return operation === 'query' ? ['start', 'cancel'] : ['cancel'];
    case 'UploadComplete':
    case 'InProgress':
      return desired_state === null ? ['cancel'] : [];
    case 'JobComplete':
      return ['delete'];
    case 'Failed':
    case 'Aborted':
      return ['retry', 'delete'];
  }
}

const labels: Readonly<Record<Verb, string>> = { start: 'Start', cancel: 'Cancel', retry: 'Retry', delete: 'Delete' };

function useVerb(job: JobRecord) {
  const { client } = useService();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ verb, reason }: { verb: Verb; reason?: string }): Promise<void> => {
      const target = client.job(job.job_id);
      switch (verb) {
        case 'start':
          await target.start();
          return;
        case 'cancel':
          await target.cancel(reason);
          return;
        case 'retry':
          await target.retry();
          return;
        case 'delete':
          await target.delete();
      }
    },
    onSuccess: (_, { verb }) => {
      if (verb === 'delete') go({ page: 'jobs', filters: {} });
      return queries.invalidateQueries({ queryKey: verb === 'delete' ? ['jobs'] : ['job', job.job_id] });
    },
  });
}

export function Actions({ job }: { job: JobRecord }) {
  const [asked, setAsked] = useState<'cancel' | 'delete'>();
  const [failing, failure] = useDisclosure(false);
  const { mutate, error, isPending, reset } = useVerb(job);
  // The button that was pressed may be gone with the state that it was for.
  useEffect(() => {
    if (document.activeElement === document.body) document.querySelector('h1')?.focus({ preventScroll: true });
  }, [job.state, job.desired_state]);
  const act = (verb: Verb, reason?: string) => {
    setAsked(undefined);
    mutate({ verb, ...(reason !== undefined && { reason }) }, { onError: failure.open });
  };
  const close = () => {
    failure.close();
    reset();
  };
  return (
    <Group gap="xs">
      <Likeness job={job} />
      {verbsOf(job).map((verb) => (
        <Button
          key={verb}
          size="xs"
          variant={verb === 'start' || verb === 'retry' ? 'filled' : 'default'}
          loading={isPending}
          onClick={() => (verb === 'cancel' || verb === 'delete' ? setAsked(verb) : act(verb))}
        >
          {labels[verb]}
        </Button>
      ))}
      <CancelDialog
        opened={asked === 'cancel'}
        onClose={() => setAsked(undefined)}
        onCancel={(why) => act('cancel', why)}
      />
      <DeleteDialog opened={asked === 'delete'} onClose={() => setAsked(undefined)} onDelete={() => act('delete')} />
      <Modal opened={failing} onClose={close} title="Not done" closeButtonProps={{ 'aria-label': 'Close' }}>
        {error && <Failure error={error} />}
      </Modal>
    </Group>
  );
}

/** To what goes on with this job, or is like it. */
function Likeness({ job: { job_id, operation, state } }: { job: JobRecord }) {
  const link = (route: Route, text: string) => (
    <Button
      component="a"
      href={hashOf(route)}
      size="xs"
      variant={operation !== 'query' && state === 'Open' ? 'filled' : 'default'}
    >
      {text}
    </Button>
  );
  if (operation === 'query') return link({ page: 'new-export', like: job_id }, 'Use this query again');
  if (state === 'Open') return link({ page: 'new-load', resume: job_id }, 'Send the file');
  return link({ page: 'new-load', like: job_id }, 'Load like this again');
}

interface CancelDialogProps {
  opened: boolean;
  onClose: () => void;
  onCancel: (reason: string | undefined) => void;
}

function CancelDialog({ opened, onClose, onCancel }: CancelDialogProps) {
  const [reason, setReason] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onCancel(reason.trim() === '' ? undefined : reason.trim());
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Cancel the job" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Reason"
            description="Stays on the job; may be left out"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Let it go on
            </Button>
            <Button type="submit" color="red.9">
              Cancel the job
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface DeleteDialogProps {
  opened: boolean;
  onClose: () => void;
  onDelete: () => void;
}

function DeleteDialog({ opened, onClose, onDelete }: DeleteDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Delete the job" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm">The job, its files and its log are deleted. That can’t be undone.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button color="red.9" onClick={onDelete}>
            Delete the job
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
