import type { Translations } from '../translated.js'

export const usageHistoryWords: Translations['usageHistoryWords'] = {
  title: 'Evolución del uso',
  of: (feature) => `Evolución de ${feature}`,
  feature: 'Función',
  group: 'Agrupar por',
  noGroup: 'Sin grupos',
  groups: {
    MODEL: 'Modelo',
    MEMBER: 'Miembro',
    SUB_ACCOUNT: 'Subcuenta',
    API_KEY: 'Clave de API',
    REFERENCE: 'Referencia',
  },
  unnamed: {
    MODEL: 'Sin modelo',
    MEMBER: 'Sin miembro',
    SUB_ACCOUNT: 'Esta cuenta',
    API_KEY: 'Sin clave de API',
    REFERENCE: 'Sin referencia',
  },
  property: (name) => `Propiedad ${name}`,
  without: (group) => `Sin ${group.toLowerCase()}`,
  none: (feature) => `No se han usado ${feature} en este intervalo.`,
  used: 'Usado',
  part: 'Parte',
  cost: 'Coste',
  totalCost: (cost) => `Por encima de la cuota: ${cost}`,
  firstGroups: (count) => `Se muestran los primeros ${count} grupos.`,
  forecast: {
    lasts: (date) => `Al ritmo de los últimos siete días, se agotará el ${date}.`,
    enough: (date) => `Al ritmo de los últimos siete días, dura hasta que se restablezca el ${date}.`,
    enoughForever: 'Al ritmo de los últimos siete días, dura más de un año.',
    idle: 'No se ha usado nada en los últimos siete días.',
  },
}
