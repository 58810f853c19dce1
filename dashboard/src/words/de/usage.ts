import type { Translations } from '../translated.js'

export const usageWords: Translations['usageWords'] = {
  title: 'Nutzung und Limits',
  noneTitle: 'Nichts zu zählen',
  none: 'Ihr Tarif hat keine Limits und keine Kontingente.',
  over: (used, limit) => `${used} genutzt, über dem Limit von ${limit}`,
  unlimited: (used) => `${used} genutzt, kein Limit`,
  rates: (limits) => `Bis zu ${limits}.`,
  rate: (feature, limit) => (limit === null ? `unbegrenzt ${feature}` : `${limit} ${feature}`),
  included: 'Enthalten',
  notIncluded: 'Nicht enthalten',
  reserved: (count) => `${count} reserviert`,
  resets: (date) => `Wird am ${date} zurückgesetzt`,
  near: 'Nahe am Limit',
  usedUp: 'Aufgebraucht',
  overage: {
    badge: 'Kostenpflichtige Nutzung',
    terms: (price, cap) => `Nutzung über das Kontingent hinaus kostet ${price}. Höchstens ${cap} Einheiten.`,
    cost: (used, cost) => `${used} über das Kontingent hinaus genutzt: ${cost}.`,
    reserved: (reserved) => `${reserved} über das Kontingent hinaus reserviert.`,
  },
  sources: 'Herkunft',
  until: (date) => `bis zum ${date}`,
}
