import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: 'system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, monospace',
  components: {
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    NavLink: { styles: { label: { color: 'var(--mantine-color-text)' } } },
  },
})

/** Text on the light variant of a color. The darkest shades of green, orange and blue are too light. */
const DARK_TEXT: Readonly<Record<string, string>> = { green: '#1c5c2b', orange: '#8a3200', blue: '#12507f' }

const COLORS = ['gray', 'red', 'green', 'orange', 'blue', 'indigo'] as const

/** The component library's dimmed text, errors and light variants have too little contrast (WCAG 2.2 AA requires 4.5 : 1). */
export const contrast: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-orange-outline': DARK_TEXT['orange']!,
    ...Object.fromEntries(
      COLORS.map((name) => [`--mantine-color-${name}-light-color`, DARK_TEXT[name] ?? colors[name][9]]),
    ),
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-error': colors.red[3],
    '--mantine-color-orange-outline': colors.orange[2],
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': colors.red[8],
    ...Object.fromEntries(COLORS.map((name) => [`--mantine-color-${name}-light-color`, colors[name][2]])),
  },
})
