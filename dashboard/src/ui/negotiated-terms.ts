import type { NegotiatedPlanFields } from '@stackgate/client/documents'
import { negotiatedWords } from '../words/en/negotiated-plans.js'
import { count, date, priceText } from './format.js'

/** Plan, price and units of a negotiated plan in one line. */
export const termsText = ({ plan, price, quantity }: NegotiatedPlanFields): string =>
  [
    negotiatedWords.terms(plan.name, priceText(price)),
    ...(quantity > 1 ? [negotiatedWords.units(count(quantity))] : []),
  ].join(', ')

/** End of the price, and the price that follows. */
export const endText = ({ periods, endsAt, ordinaryPrice }: NegotiatedPlanFields): string =>
  [
    periods === null ? endsAt && negotiatedWords.until(date(endsAt)) : negotiatedWords.periods(count(periods)),
    ordinaryPrice && negotiatedWords.follows(priceText(ordinaryPrice)),
  ]
    .filter(Boolean)
    .join(' ')
