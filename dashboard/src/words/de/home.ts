import type { Translations } from '../translated.js'

export const homeWords: Translations['homeWords'] = {
  title: 'Start',
  plan: 'Tarif',
  noSubscription: 'Kein Abonnement',
  renews: (date) => `Verlängert sich am ${date}`,
  ends: (date) => `Endet am ${date}`,
  paused: 'Pausiert',
  trial: (date) => `Test bis zum ${date}`,
  pastDue: 'Zahlung fehlgeschlagen',
  next: 'Nächste Rechnung',
  noNext: 'Nichts fällig',
  on: (date) => `Am ${date}`,
  left: (feature) => `${feature}: übrig`,
  unlimited: 'Kein Limit',
  of: (limit, until) => `von ${limit}${until ? `, bis ${until}` : ''}`,
  activity: 'Letzte Aktivität',
}
