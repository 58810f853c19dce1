import type { Translations } from '../translated.js'

export const activityWords: Translations['activityWords'] = {
  title: 'Actividad',
  none: 'Todavía no ha ocurrido nada.',
  what: 'Evento',
  who: 'Por',
  date: 'Fecha',
  by: (name) => `por ${name}`,
  hidden: 'un operador o un antiguo miembro',
  service: 'un servicio',
  all: 'Toda la actividad',
}
