import type { Translations } from '../translated.js'

export const chartWords: Translations['chartWords'] = {
  name: (name) => `${name}. Die Pfeiltasten lesen die Punkte vor, und die Tabelle enthält alle Werte.`,
  total: 'Summe',
  others: 'Andere',
  asTable: 'Als Tabelle anzeigen',
}
