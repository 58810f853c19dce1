import type { Translations } from '../translated.js'

export const homeWords: Translations['homeWords'] = {
  title: 'Start',
  plan: 'Tarif',
  noSubscription: 'Kein Abonnement',
  ends: (date) => `Endet am ${date}`,
  paused: 'Pausiert',
  trial: (date) => `Test bis zum ${date}`,
  pastDue: 'Zahlung fehlgeschlagen',
  next: 'Nächste Rechnung',
  noNext: 'Nichts fällig',
  left: (feature) => `${feature}: übrig`,
  unlimited: 'Kein Limit',
  of: (limit, time) => `von ${limit}${time ? `, für ${time}` : ''}`,
  activity: 'Letzte Aktivität',
}
