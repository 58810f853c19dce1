import type { Translations } from '../translated.js'

export const activityWords: Translations['activityWords'] = {
  title: 'Aktivität',
  none: 'Bisher ist nichts geschehen.',
  what: 'Ereignis',
  date: 'Datum',
  hidden: 'Ein Betreiber oder früheres Mitglied',
  service: 'Ein Dienst',
  all: 'Gesamte Aktivität',
}
