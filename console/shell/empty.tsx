import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Where there is nothing to show, and why. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <Paper withBorder p="xl" className="empty">
      <Text component="div" ta="center">
        {children}
      </Text>
    </Paper>
  );
}
