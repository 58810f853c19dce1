import type { Translations } from '../translated.js'

export const chartWords: Translations['chartWords'] = {
  name: (name) => `${name}. Las teclas de flecha leen los puntos y la tabla contiene todos los valores.`,
  total: 'Suma total',
  others: 'Otros',
  asTable: 'Mostrar como tabla',
}
