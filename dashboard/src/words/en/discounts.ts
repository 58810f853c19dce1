/** Sentences about the discounts of a subscription. */
export const discountWords = {
  discount: 'Discount',
  once: (off: string) => `${off} off the next invoice`,
  until: (off: string, date: string) => `${off} off every invoice until ${date}`,
  forever: (off: string) => `${off} off every invoice`,
  titled: (title: string, text: string) => `${title}: ${text}`,
} as const
