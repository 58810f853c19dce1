import type { Translations } from '../translated.js'

export const usageHistoryWords: Translations['usageHistoryWords'] = {
  title: 'Nutzung im Zeitverlauf',
  of: (feature) => `${feature} im Zeitverlauf`,
  feature: 'Funktion',
  group: 'Gruppieren nach',
  noGroup: 'Keine Gruppen',
  groups: {
    MODEL: 'Modell',
    MEMBER: 'Mitglied',
    SUB_ACCOUNT: 'Unterkonto',
    API_KEY: 'API-Schlüssel',
    REFERENCE: 'Referenz',
  },
  unnamed: {
    MODEL: 'Kein Modell',
    MEMBER: 'Kein Mitglied',
    SUB_ACCOUNT: 'Dieses Konto',
    API_KEY: 'Kein API-Schlüssel',
    REFERENCE: 'Keine Referenz',
  },
  property: (name) => `Eigenschaft ${name}`,
  without: (group) => `Ohne ${group}`,
  none: (feature) => `${feature}: In diesem Zeitraum wurde nichts genutzt.`,
  valuesBy: { HOUR: 'Werte nach Stunde', DAY: 'Werte nach Tag', MONTH: 'Werte nach Monat' },
  view: 'Ansicht',
  views: { daily: 'Täglich', cumulative: 'Kumuliert' },
  used: 'Genutzt',
  expected: 'Erwartet',
  limit: 'Limit',
  part: 'Anteil',
  cost: 'Kosten',
  totalCost: (cost) => `Über das Kontingent hinaus: ${cost}`,
  firstGroups: (count) => `Die ersten ${count} Gruppen werden angezeigt.`,
  forecast: {
    lasts: (date) => `Bei der Nutzung der letzten sieben Tage ist das Kontingent am ${date} aufgebraucht.`,
    enough: (date) =>
      `Bei der Nutzung der letzten sieben Tage reicht das Kontingent, bis es am ${date} zurückgesetzt wird.`,
    enoughForever: 'Bei der Nutzung der letzten sieben Tage reicht das Kontingent länger als ein Jahr.',
    idle: 'In den letzten sieben Tagen wurde nichts genutzt.',
  },
}
