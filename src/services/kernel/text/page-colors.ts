/** Colors of pages and mails by scheme, for a seller without an accent. The dashboard and the payment sandbox have the same. */
export const PAGE_COLORS = {
  light: {
    canvas: '#fafafb',
    surface: '#ffffff',
    line: '#e4e4e9',
    text: '#17181c',
    soft: '#51535e',
    link: '#4338ca',
    accent: '#4f46e5',
  },
  dark: {
    canvas: '#0e0f12',
    surface: '#16171b',
    line: '#2a2c33',
    text: '#f0f1f4',
    soft: '#b3b5bf',
    link: '#a9a8ff',
    accent: '#5b57e8',
  },
} as const
