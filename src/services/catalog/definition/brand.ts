import { PAGE_COLORS } from '#services/kernel/text/page-colors.js'

/** The seller as buyers see it: on the dashboard, the checkout of the provider, and mails. */
export interface Brand {
  readonly name: string
  /** HTTPS address of a picture. Null: none. */
  readonly logo: string | null
  /** Color of buttons and links, for example `#4f46e5`. Null: that of Stackgate. */
  readonly accent: string | null
  /** Postal address at the end of mails. Null: none. */
  readonly address: string | null
}

/** Colors of a scheme that follow from an accent. */
export interface AccentColors {
  /** Text on `background`, and links. */
  readonly text: string
  readonly background: string
  /** Background of buttons with white text. */
  readonly filled: string
}

/** Contrast of text that everyone can read (WCAG, level AA). */
const READABLE = 4.5
/** Surface and part of the accent in backgrounds, by scheme. */
const SCHEMES = {
  light: { surface: PAGE_COLORS.light.surface, part: 0.08, toward: '#000000' },
  dark: { surface: PAGE_COLORS.dark.surface, part: 0.28, toward: '#ffffff' },
} as const
const STEPS = 50

/** Name and accent without a brand. */
const DEFAULT = { name: 'Stackgate', logo: null, address: null } as const
const DEFAULT_ACCENT = PAGE_COLORS.light.accent

/** The frame of mails. */
export const mailFrameOf = (brand: Brand | null) => ({
  ...DEFAULT,
  ...brand,
  ...accentColors(brand?.accent ?? DEFAULT_ACCENT),
})

/** Name, picture and colors of the dashboard. Colors are null where the catalog names no accent. */
export const dashboardBrandOf = (brand: Brand | null) =>
  brand && { name: brand.name, logo: brand.logo, colors: brand.accent === null ? null : accentColors(brand.accent) }

/** Pure: the colors of an accent in both schemes. Colors with too little contrast become darker or lighter until their text can be read. */
export const accentColors = (accent: string): { readonly light: AccentColors; readonly dark: AccentColors } => ({
  light: colorsOf(accent, 'light'),
  dark: colorsOf(accent, 'dark'),
})

function colorsOf(accent: string, scheme: keyof typeof SCHEMES): AccentColors {
  const { surface, part, toward } = SCHEMES[scheme]
  const background = mixed(surface, accent, part)
  return {
    background,
    text: readable(
      accent,
      toward,
      (color) => contrast(color, background) >= READABLE && contrast(color, surface) >= READABLE,
    ),
    filled: readable(accent, '#000000', (color) => contrast(color, '#ffffff') >= READABLE),
  }
}

/** The color nearest to `color` on the way to `toward` for which the condition holds. */
function readable(color: string, toward: string, holds: (color: string) => boolean): string {
  for (let step = 0; step < STEPS; step++) {
    const tried = mixed(color, toward, step / STEPS)
    if (holds(tried)) return tried
  }
  return toward
}

const channels = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))

/** `part` of the second color in the first one. */
function mixed(one: string, other: string, part: number): string {
  const others = channels(other)
  const parts = channels(one).map((value, index) => Math.round(value + (others[index]! - value) * part))
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** Contrast of two colors by the formula of WCAG, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
