import { NativeSelect, useMantineColorScheme } from '@mantine/core';
import { oneOf } from '../routing/route.ts';

const schemes = ['auto', 'light', 'dark'] as const;

/** Which colours: the system's unless told otherwise; kept for the next time. */
export function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(event) => setColorScheme(oneOf(schemes, event.currentTarget.value) ?? 'auto')}
      data={[
        { value: 'auto', label: 'System' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  );
}
