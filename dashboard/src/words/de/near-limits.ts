import type { Translations } from '../translated.js'

export const nearLimitWords: Translations['nearLimitWords'] = {
  of: (used, limit) => `${used} von ${limit}`,
  nothingLeft: 'Es ist nichts übrig.',
  nothingUntil: (date) => `Bis zum ${date} ist nichts übrig.`,
  used: (feature, used, limit) => `${feature}: ${used} von ${limit} genutzt.`,
  over: (feature, used, limit) => `${feature}: ${used} genutzt, das Limit ist ${limit}.`,
  plans: 'Tarife und Pakete ansehen',
  limits: 'Limits ansehen',
  hide: 'Bis zur nächsten Änderung ausblenden',
}
