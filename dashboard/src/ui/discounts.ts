import type { SubscriptionFields } from '@stackgate/client/documents'
import { discountWords } from '../words/en/discounts.js'
import { date, money, percent } from './format.js'

type Discount = SubscriptionFields['discounts'][number]

/** A discount with its code or name, and the time until it applies: `SPRING: 25% off every invoice until 15 April 2026`. */
export function discountText({ code, name, percentOff, amountOff, duration, endsAt }: Discount): string {
  const off = amountOff ? money(amountOff) : percent((percentOff ?? 0) / 100)
  const text =
    duration === 'ONCE'
      ? discountWords.once(off)
      : endsAt
        ? discountWords.until(off, date(endsAt))
        : discountWords.forever(off)
  const title = code ?? name
  return title ? discountWords.titled(title, text) : text
}
