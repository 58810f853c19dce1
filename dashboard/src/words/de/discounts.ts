import type { Translations } from '../translated.js'

export const discountWords: Translations['discountWords'] = {
  discount: 'Rabatt',
  apply: 'Anwenden',
  once: (off) => `${off} Rabatt auf die nächste Rechnung`,
  until: (off, date) => `${off} Rabatt auf jede Rechnung bis zum ${date}`,
  forever: (off) => `${off} Rabatt auf jede Rechnung`,
  titled: (title, text) => `${title}: ${text}`,
  line: (off) => `Abzüglich ${off} Rabatt`,
  contained: (off) => `nach ${off} Rabatt`,
}
