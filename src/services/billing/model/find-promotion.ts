import { moneyText } from '#services/kernel/text/readable.js'
import { refused, remedy, retry, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import type { Money } from '#services/kernel/money/money.js'
import type { FetchedPromotion } from '../providers/payments-port.js'
import type { PaymentPort } from '../providers/port.js'
import { unsupportedAbility } from './unsupported-ability.js'

/** A promotion code that the provider has and that fits the order. */
export interface Promotion {
  readonly code: string
  readonly externalId: string
  /** Months in which it takes something off; 0 for one invoice. Null: without an end. */
  readonly months: number | null
}

const CODE = /^[A-Za-z0-9-]{1,100}$/

/** Promotion codes are the provider's: what they take off is worked out there, and applied on its page. Null without a code. */
export async function findPromotion(
  port: PaymentPort,
  code: string | null,
  order: Money,
): Promise<Promotion | Refused | null> {
  if (code === null) return null
  const lacking = unsupportedAbility(port, 'promotions', 'promotionCode')
  if (lacking) return lacking
  const found = CODE.test(code) ? await port.findPromotion(code) : null
  if (!found) return promotionRefused(`Promotion code '${code}' not found.`)
  return decidePromotion(code, found, order) ?? { code, externalId: found.externalId, months: found.months }
}

const ENDS: Record<NonNullable<FetchedPromotion['ended']>, string> = {
  EXPIRED: 'has expired',
  USED_UP: 'has been used up',
  INACTIVE: 'is no longer active',
}

/** Pure: why a code does not fit an order; null if it does. */
export function decidePromotion(
  code: string,
  { currencies, minimum, ended }: Pick<FetchedPromotion, 'currencies' | 'minimum' | 'ended'>,
  order: Money,
): Refused | null {
  if (ended) return promotionRefused(`Promotion code '${code}' ${ENDS[ended]}.`)
  if (currencies && !currencies.includes(order.currency))
    return promotionRefused(
      `Promotion code '${code}' is valid only for orders in ${currencies.join(' or ')}, not ${order.currency}.`,
    )
  if (minimum && (minimum.currency !== order.currency || order.amountMinor < minimum.amountMinor))
    return promotionRefused(`Promotion code '${code}' requires an order of at least ${moneyText(minimum)}.`)
  return null
}

/** An operator has agreed the whole price with the account, so that no public code lowers it. */
export const withNegotiatedPrice = (code: string): Refused =>
  promotionRefused(`Promotion code '${code}' cannot be combined with a negotiated price. Leave it out.`, [
    remedy('CONTINUE_CHECKOUT', 'Accept the offer without a promotion code', {
      retry: retry({ omittedFields: ['promotionCode'] }),
    }),
  ])

/** A denial about the code: leaving it out, or another code, lifts it. */
export const promotionRefused = (message: string, remedies: Remedy[] = []): Refused =>
  refused('INVALID_PRICE', message, { field: 'promotionCode', remedies })
