import { PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { BillingContext } from './billing-context.js'
import { payWithOther } from './choose-provider.js'
import type { Offer } from './offer.js'
import type { ProviderName } from '../providers/provider-name.js'

/** Denial of a price in a currency that the provider does not take. It names the providers that do. Null if the provider takes it. */
export function untakenCurrency(
  context: Pick<BillingContext, 'providers'>,
  provider: ProviderName,
  { name, price }: Offer,
  mutation: string,
): Refused | null {
  const { currency } = price.money
  const taken = PROVIDER_CURRENCIES[provider]
  if (taken.has(currency)) return null
  const providers = Object.fromEntries(
    Object.entries(context.providers).filter(([other]) => PROVIDER_CURRENCIES[other as ProviderName].has(currency)),
  )
  const remedies = payWithOther({ providers }, mutation)
  const others = Object.keys(providers).join(' or ')
  const instead = others ? `Pay with ${others}, or in` : 'Pay in'
  // Stripe takes more than a reader reads.
  const some = taken.size > 30 ? '' : `, of ${[...taken].join(', ')}`
  return refused(
    'INVALID_PRICE',
    `${provider} does not take ${currency}, in which ${name} would be paid. ${instead} another currency in which it is sold${some}.`,
    { field: 'currency', remedies },
  )
}
