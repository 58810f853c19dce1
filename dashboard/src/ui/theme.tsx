import { createTheme, type CSSVariablesResolver } from '@mantine/core'
import IconChevronDown from 'icon:chevron-down'
import type { Tone } from '../session/config.js'
import { Icon } from './icon.js'

/**
 * Sizes of text, each with its line: caption, body with controls and tables, title of a panel, title of a page. A figure has one of its own.
 * With the weights, a page has at most six pairs.
 */
const TEXT = {
  xs: ['0.75rem', '1rem'],
  sm: ['0.875rem', '1.25rem'],
  md: ['0.875rem', '1.25rem'],
  lg: ['1rem', '1.5rem'],
  xl: ['1.25rem', '1.75rem'],
} as const

const [PANEL_TITLE, PAGE_TITLE, CAPTION, BODY] = [TEXT.lg, TEXT.xl, TEXT.xs, TEXT.md].map(([fontSize, lineHeight]) => ({
  fontSize,
  lineHeight,
})) as [Title, Title, Title, Title]
interface Title {
  readonly fontSize: string
  readonly lineHeight: string
}

const part = (index: 0 | 1) => Object.fromEntries(Object.entries(TEXT).map(([name, pair]) => [name, pair[index]]))

/** Controls have two heights with a mouse, and one on touch screens: `dashboard.css` sets them. */
const controlHeight = (size: unknown) =>
  String(size).startsWith('compact') ? 'var(--control-small)' : 'var(--control)'

const FONT = "'Geist Variable', 'Geist Fallback', 'Geist Fallback Wide', system-ui, sans-serif"

export const theme = createTheme({
  colors: {
    gray: [
      '#fafafb',
      '#f4f4f6',
      '#e4e4e9',
      '#e4e4e9',
      '#c9cad2',
      '#a9abb5',
      '#8b8d98',
      '#6b6d78',
      '#51535e',
      '#17181c',
    ],
    dark: [
      '#f0f1f4',
      '#b3b5bf',
      '#8f929d',
      '#6f727e',
      '#2a2c33',
      '#1d1f24',
      '#16171b',
      '#16171b',
      '#0e0f12',
      '#0e0f12',
    ],
  },
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'sm',
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: FONT,
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, monospace",
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  fontSizes: part(0),
  lineHeights: part(1),
  headings: {
    fontWeight: '600',
    sizes: {
      h1: PAGE_TITLE,
      h2: PANEL_TITLE,
      h3: PANEL_TITLE,
      h4: PANEL_TITLE,
      h5: { ...BODY, fontWeight: '500' },
      h6: { ...CAPTION, fontWeight: '500' },
    },
  },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.625rem', lg: '0.875rem', xl: '2rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  shadows: { md: '0 8px 24px rgb(0 0 0 / 0.12)', xl: '0 24px 64px rgb(0 0 0 / 0.24)' },
  components: {
    Alert: {
      defaultProps: { radius: 'md' },
      styles: { title: { color: 'var(--mantine-color-text)', fontWeight: 500 } },
    },
    Button: {
      vars: (_: unknown, { size }: { size?: unknown }) => ({
        root: {
          '--button-height': controlHeight(size),
          '--button-padding-x': String(size).startsWith('compact') ? '0.5rem' : '0.75rem',
          '--button-fz': TEXT.md[0],
        },
      }),
    },
    Card: { defaultProps: { radius: 'md' } },
    Input: {
      vars: () => ({
        wrapper: { '--input-height': 'var(--control)', '--input-size': 'var(--control)', '--input-fz': TEXT.md[0] },
      }),
    },
    InputWrapper: {
      vars: () => ({
        label: { '--input-label-size': TEXT.md[0] },
        error: { '--input-error-size': TEXT.sm[0] },
        description: { '--input-description-size': TEXT.sm[0] },
      }),
    },
    Menu: { defaultProps: { radius: 'md' } },
    Modal: {
      defaultProps: { radius: 'lg', shadow: 'xl' },
      styles: { title: { ...PANEL_TITLE, fontWeight: 600 } },
    },
    NativeSelect: { defaultProps: { rightSection: <Icon of={IconChevronDown} /> } },
    Paper: { defaultProps: { radius: 'md' } },
    Text: {
      styles: (_: unknown, { size }: { size?: unknown }) => (size === 'xs' ? { root: { fontWeight: 500 } } : {}),
    },
  },
})

type Scheme = Readonly<{ plain: Record<string, string>; tones: Record<string, Tone>; series: readonly string[] }>

/** Colors of both schemes. Every text has a contrast of at least 4.5 : 1 on its surface, every frame of a field and every line 3 : 1. */
const LIGHT: Scheme = {
  plain: {
    '--canvas': '#fafafb',
    '--sunken': '#f4f4f6',
    '--field-border': '#8b8d98',
    '--tertiary': '#6b6d78',
    '--star': '#d97706',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#17181c',
    '--mantine-color-bright': '#17181c',
    '--mantine-color-dimmed': '#51535e',
    '--mantine-color-placeholder': '#6b6d78',
    '--mantine-color-anchor': '#4338ca',
    '--mantine-color-error': '#b42318',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-color': '#17181c',
    '--mantine-color-default-hover': '#f4f4f6',
    '--mantine-color-default-border': '#e4e4e9',
  },
  tones: {
    gray: { text: '#51535e', background: '#f4f4f6', filled: '#51535e' },
    indigo: { text: '#4338ca', background: '#eef0ff', filled: '#4f46e5' },
    green: { text: '#15703c', background: '#e7f6ec', filled: '#15703c' },
    orange: { text: '#8a4b00', background: '#fff3dc', filled: '#b26200' },
    red: { text: '#b42318', background: '#fdecea', filled: '#b42318' },
    blue: { text: '#0b5cad', background: '#e8f2fc', filled: '#0b5cad' },
  },
  series: ['#4f46e5', '#0e8f8a', '#c2571a', '#b03a8c', '#5b7a12', '#2f6fbf'],
}
const DARK: Scheme = {
  plain: {
    '--canvas': '#0e0f12',
    '--sunken': '#1d1f24',
    '--field-border': '#6f727e',
    '--tertiary': '#8f929d',
    '--star': '#f2b45c',
    '--mantine-color-body': '#16171b',
    '--mantine-color-text': '#f0f1f4',
    '--mantine-color-bright': '#f0f1f4',
    '--mantine-color-dimmed': '#b3b5bf',
    '--mantine-color-placeholder': '#8f929d',
    '--mantine-color-anchor': '#a9a8ff',
    '--mantine-color-error': '#ff9a8f',
    '--mantine-color-default': '#16171b',
    '--mantine-color-default-color': '#f0f1f4',
    '--mantine-color-default-hover': '#1d1f24',
    '--mantine-color-default-border': '#2a2c33',
  },
  tones: {
    gray: { text: '#b3b5bf', background: '#1d1f24', filled: '#51535e' },
    indigo: { text: '#a9a8ff', background: '#22224a', filled: '#5b57e8' },
    green: { text: '#6bd391', background: '#11301d', filled: '#15703c' },
    orange: { text: '#f2b45c', background: '#38270c', filled: '#8a4b00' },
    red: { text: '#ff9a8f', background: '#421a16', filled: '#b42318' },
    blue: { text: '#7db9f5', background: '#102b45', filled: '#0b5cad' },
  },
  series: ['#8b88ff', '#3cc2bc', '#f0925a', '#e27bc3', '#a3c24b', '#74a9f0'],
}

const variablesOf = ({ plain, tones, series }: Scheme): Record<string, string> => ({
  ...plain,
  ...Object.fromEntries(series.map((color, index) => [`--series-${index + 1}`, color])),
  ...Object.fromEntries(
    Object.entries(tones).flatMap(([name, { text, background, filled }]) => [
      [`--mantine-color-${name}-filled`, filled],
      [`--mantine-color-${name}-filled-hover`, `color-mix(in srgb, ${filled}, #000 12%)`],
      [`--mantine-color-${name}-light`, background],
      [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, ${background}, ${text} 8%)`],
      [`--mantine-color-${name}-light-color`, text],
      [`--mantine-color-${name}-text`, text],
      [`--mantine-color-${name}-outline`, text],
    ]),
  ),
})

/** The scheme with the accent of the seller, also as the first series of charts. */
const withAccent = ({ plain, tones, series }: Scheme, accent: Tone | undefined): Scheme =>
  accent
    ? {
        plain: { ...plain, '--mantine-color-anchor': accent.text },
        tones: { ...tones, indigo: accent },
        series: [accent.text, ...series.slice(1)],
      }
    : { plain, tones, series }

/**
 * The colors as variables of styles, in place of those of the component library.
 * @param accent of the seller; null: that of Stackgate
 */
export const colorsOf =
  (accent: Readonly<Record<'light' | 'dark', Tone>> | null): CSSVariablesResolver =>
  () => ({
    variables: {},
    light: variablesOf(withAccent(LIGHT, accent?.light)),
    dark: variablesOf(withAccent(DARK, accent?.dark)),
  })
