import type { Translations } from '../translated.js'

export const comparisonOfPlans: Translations['comparisonOfPlans'] = {
  feature: 'Funktion',
  column: (number) => `Spalte ${number}`,
  price: 'Preis',
  included: 'Enthalten',
  absent: '–',
  unlimited: 'Unbegrenzt',
  perSeat: 'pro Lizenz',
  each: (window) => `pro ${window}`,
  within: (window) => `innerhalb von ${window}`,
  windows: {
    billing_period: 'pro Abrechnungszeitraum',
    day: 'pro Tag',
    week: 'pro Woche',
    month: 'pro Monat',
  },
  units: { h: 'Stunden', d: 'Tagen', m: 'Minuten' },
  packs: 'Pakete vergleichen',
  priceOfUnits: 'Preis der Einheiten',
  unitPrice: (price, units) => (units === '1' ? `je ${price}` : `${price} pro ${units}`),
  saving: 'Ersparnis gegenüber dem kleinsten',
  saves: (part) => `spart ${part}`,
  valid: 'Gültig',
  always: 'Unbegrenzt',
  days: (days) => `${days} Tage`,
}
