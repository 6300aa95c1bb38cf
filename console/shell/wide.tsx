import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface WideProps {
  /** Px below which it is scrolled, and not the page. */
  minWidth: number;
  /** Px */
  maxHeight?: number;
  children: ReactNode;
}

/** What may be wider than the page; it is scrolled by keyboard too. */
export function Wide({ minWidth, maxHeight, children }: WideProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      {...(maxHeight !== undefined && { maxHeight })}
      scrollAreaProps={{ offsetScrollbars: 'present', viewportProps: { tabIndex: 0 } }}
    >
      {children}
    </Table.ScrollContainer>
  );
}
