import type { Translations } from '../translated.js'

export const activityWords: Translations['activityWords'] = {
  title: 'Actividad',
  none: 'Todavía no ha ocurrido nada.',
  what: 'Evento',
  date: 'Fecha',
  hidden: 'Un operador o un antiguo miembro',
  service: 'Un servicio',
  all: 'Toda la actividad',
}
