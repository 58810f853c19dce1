import type { Translations } from '../translated.js'

export const activityWords: Translations['activityWords'] = {
  title: 'Aktivität',
  none: 'Bisher ist nichts geschehen.',
  what: 'Ereignis',
  who: 'Von',
  date: 'Datum',
  by: (name) => `von ${name}`,
  hidden: 'einem Betreiber oder früheren Mitglied',
  service: 'einem Dienst',
  all: 'Gesamte Aktivität',
}
