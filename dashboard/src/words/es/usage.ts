import type { Translations } from '../translated.js'

export const usageWords: Translations['usageWords'] = {
  title: 'Uso y límites',
  noneTitle: 'Nada que contar',
  none: 'Su plan no tiene límites ni asignaciones.',
  over: (used, limit) => `${used} usados, por encima del límite de ${limit}`,
  unlimited: (used) => `${used} usados, sin límite`,
  rates: (limits) => `Hasta ${limits}.`,
  rate: (feature, limit) => (limit === null ? `${feature} sin límite` : `${limit} ${feature}`),
  included: 'Incluido',
  notIncluded: 'No incluido',
  reserved: (count) => `${count} reservados`,
  resets: (date) => `Se restablece el ${date}`,
  near: 'Cerca del límite',
  usedUp: 'Agotado',
  overage: {
    badge: 'Uso de pago',
    terms: (price, cap) => `El uso por encima de la cuota cuesta ${price}. ${cap} unidades como máximo.`,
    cost: (used, cost) => `${used} usados por encima de la cuota: ${cost}.`,
    reserved: (reserved) => `${reserved} reservados por encima de la cuota.`,
  },
  sources: 'Origen',
  until: (date) => `hasta el ${date}`,
}
