import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
});

/** Mantine's own are too pale to be read on their own grounds (WCAG 1.4.3). */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c6470',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-orange-light-color': '#94390a',
    '--mantine-color-red-light-color': '#a51d1d',
    '--mantine-color-teal-light-color': '#05604a',
  },
  dark: { '--mantine-color-dimmed': '#a6adb7', '--mantine-color-error': '#ff8787' },
});
