import { translated } from '../translated.js'

/** Sentences about plans at a price of one account. */
export const negotiatedWords = translated('negotiatedWords', {
  title: 'Offered to you',
  terms: (plan: string, price: string) => `${plan} at ${price}`,
  units: (quantity: string) => `${quantity} units`,
  periods: (count: string) => `The price applies to ${count} periods.`,
  until: (date: string) => `The price applies to periods that begin before ${date}.`,
  follows: (price: string) => `Then it costs ${price}.`,
  expires: (date: string) => `You can accept it until ${date}.`,
  features: 'Terms of this offer',
  without: (feature: string) => `Without ${feature}`,
  accept: 'Accept the offer',
  active: (price: string, date: string) => `You pay a negotiated price, ${price}. Its term ends on ${date}.`,
})
