import { translated } from '../translated.js'

/** Sentences about the discounts of a subscription. */
export const discountWords = translated('discountWords', {
  discount: 'Discount',
  apply: 'Apply',
  once: (off: string) => `${off} off the next invoice`,
  until: (off: string, date: string) => `${off} off every invoice until ${date}`,
  forever: (off: string) => `${off} off every invoice`,
  titled: (title: string, text: string) => `${title}: ${text}`,
  line: (off: string) => `Less a discount of ${off}`,
  contained: (off: string) => `after a discount of ${off}`,
})
