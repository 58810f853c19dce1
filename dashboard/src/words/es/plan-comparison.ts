import type { Translations } from '../translated.js'

export const comparisonOfPlans: Translations['comparisonOfPlans'] = {
  feature: 'Función',
  column: (number) => `Columna ${number}`,
  price: 'Precio',
  included: 'Incluido',
  absent: '–',
  unlimited: 'Ilimitado',
  perSeat: 'por licencia',
  each: (window) => `por ${window}`,
  within: (window) => `en ${window}`,
  windows: {
    billing_period: 'por periodo de facturación',
    day: 'al día',
    week: 'a la semana',
    month: 'al mes',
  },
  units: { h: 'horas', d: 'días', m: 'minutos' },
  packs: 'Comparar paquetes',
  priceOfUnits: 'Precio de las unidades',
  unitPrice: (price, units) => (units === '1' ? `${price} por unidad` : `${price} por cada ${units}`),
  saving: 'Ahorro frente al más pequeño',
  saves: (part) => `ahorra ${part}`,
  valid: 'Validez',
  always: 'Sin límite',
  days: (days) => `${days} días`,
}
