import { CURRENCIES_OF_PAYPAL } from '#services/kernel/money/charge-rules.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { BillingContext } from './billing-context.js'
import { payWithOther } from './choose-provider.js'
import type { Offer } from './offer.js'
import type { ProviderName } from './port.js'

/** Denial of a price in a currency that the provider does not take. It names the providers that do. Null if the provider takes it. */
export function untakenCurrency(
  context: Pick<BillingContext, 'providers'>,
  provider: ProviderName,
  { name, price }: Offer,
  mutation: string,
): Refused | null {
  const { currency } = price.money
  if (provider !== 'PAYPAL' || CURRENCIES_OF_PAYPAL.has(currency)) return null
  const { PAYPAL: _, ...providers } = context.providers
  const remedies = payWithOther({ providers }, mutation)
  const others = Object.keys(providers).join(' or ')
  const instead = others ? `Pay with ${others}, or in` : 'Pay in'
  return refused(
    'INVALID_PRICE',
    `PAYPAL does not take ${currency}, in which ${name} would be paid. ${instead} another currency in which it is sold, of ${[...CURRENCIES_OF_PAYPAL].join(', ')}.`,
    { field: 'currency', remedies },
  )
}
