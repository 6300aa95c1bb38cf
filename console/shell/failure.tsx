import { Alert, Anchor, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { SpectraError } from '../../client/browser.ts';
import { lasting } from './when.ts';

interface FailureProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
}

const titles: Readonly<Record<string, string>> = {
  NETWORK_ERROR: 'The service did not answer',
  TIMEOUT: 'The service took too long to answer',
  RATE_LIMITED: 'Too many requests',
  FORBIDDEN: 'This key may not do that',
  JOB_NOT_FOUND: 'There is no such job',
  JOB_EXPIRED: 'The job has expired',
  RESULTS_EXPIRED: 'The files have expired',
};

/** What has expired is no fault: it is the order of things. */
const colorOf = (error: unknown): string => (error instanceof SpectraError && error.status === 410 ? 'gray' : 'red');

/** Says what did not work and what to do about it. */
export function Failure({ error, onRetry }: FailureProps) {
  const known = error instanceof SpectraError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert color={colorOf(error)} title={titles[known?.code ?? ''] ?? 'That did not work'} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{message}</Text>
        {known !== undefined && known.errors.length > 0 && (
          <List size="sm">
            {known.errors.map(({ pointer, message: what }) => (
              <List.Item key={pointer}>
                <Code>{pointer}</Code> {what}
              </List.Item>
            ))}
          </List>
        )}
        {known?.retryAfter !== undefined && known.retryAfter > 0 && (
          <Text size="sm">It asks to wait {lasting(known.retryAfter)}.</Text>
        )}
        {known !== undefined && known.hint !== '' && <Text size="sm">{known.hint}</Text>}
        {known !== undefined && (
          <Group gap="xs">
            <CodeOf error={known} />
            {known.requestId !== undefined && <Code>request {known.requestId}</Code>}
          </Group>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** The code, and where the documentation of the service explains it. */
function CodeOf({ error: { code, docs } }: { error: SpectraError }) {
  const shown = <Code>{code}</Code>;
  if (!URL.canParse(docs)) return shown;
  return (
    <Anchor href={docs} underline="always">
      {shown}
    </Anchor>
  );
}
