import { translated } from '../translated.js'

/** Sentences of the comparison of plans. */
export const comparisonOfPlans = translated('comparisonOfPlans', {
  feature: 'Feature',
  column: (number: string) => `Column ${number}`,
  price: 'Price',
  included: 'Included',
  absent: '–',
  unlimited: 'Unlimited',
  perSeat: 'per seat',
  each: (window: string) => `each ${window}`,
  within: (window: string) => `within ${window}`,
  windows: {
    billing_period: 'each billing period',
    day: 'each day',
    week: 'each week',
    month: 'each month',
  } as Readonly<Record<string, string>>,
  units: { h: 'hours', d: 'days', m: 'minutes' } as Readonly<Record<string, string>>,
  /** Words of the comparison of packs. */
  packs: 'Compare packs',
  priceOfUnits: 'Price of the units',
  unitPrice: (price: string, units: string) => (units === '1' ? `${price} each` : `${price} per ${units}`),
  saving: 'Saved against the smallest',
  saves: (part: string) => `saves ${part}`,
  valid: 'Valid for',
  always: 'Unlimited',
  days: (days: string) => `${days} days`,
})
