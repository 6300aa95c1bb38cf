import { Group, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  title: string;
  /** What of it is on the page, for the title of the tab. */
  of?: string;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the console. Its heading takes the focus, so that a screen reader says where it is and Tab goes on from there. */
export function Page({ title, of, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(`${of === undefined ? title : `${title} ${of}`} · Spectra Bulk`);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <Stack>
      <Group justify="space-between" align="center">
        <Title order={1} size="h2" ref={heading} tabIndex={-1} className="page-title">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
