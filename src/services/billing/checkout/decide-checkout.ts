import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import {
  priceOf,
  type CatalogPlan,
  type CatalogPrice,
  type CatalogSnapshot,
} from '../../catalog/snapshot/catalog-snapshot.js'
import { contactRequired } from '../../entitlements/packages/addon-refusal.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import type { Mode } from '../../kernel/config/mode.js'
import type { SubscriptionRequest } from './subscription-request.js'

/** What is sold for how much; decided here, never by the client. */
export interface Offer {
  readonly plan: CatalogPlan
  readonly price: CatalogPrice
  readonly quantity: number
  readonly trialDays: number
  readonly amountMinor: number
  /** Two requests with the same text are the same offer. */
  readonly fingerprint: string
}

/** Pure: the offer that the catalog makes for a request, or why there is none. No provider is asked. */
export function decideOffer(catalog: CatalogSnapshot, mode: Mode, request: SubscriptionRequest): Offer | Refused {
  const mismatch = domainMismatch(catalog, mode, request.userDomain)
  if (mismatch) return mismatch
  const byPeople = catalog.packageByCode.get(request.plan)
  if (byPeople?.active && byPeople.type === 'ENTERPRISE') return contactRequired(byPeople)
  const plan = catalog.planByCode.get(request.plan)
  if (!plan?.active)
    return refused('INVALID_PLAN', `Invalid plan tier: there is no plan '${request.plan}' on sale.`, { field: 'plan' })
  if (plan.prices.length === 0)
    return refused('INVALID_PLAN', `Invalid plan tier: '${plan.code}' is not for sale, it costs nothing.`, {
      field: 'plan',
    })
  const price = priceOf(catalog, plan, request.interval, request.currency)
  if (!price)
    return refused(
      'INVALID_PRICE',
      `${plan.name} has no price by ${request.interval} in ${request.currency ?? catalog.currency}.`,
      { field: request.currency ? 'currency' : 'interval' },
    )
  if (request.quantity < 1 || request.quantity > 10_000 || (request.quantity > 1 && !price.per))
    return refused(
      'INVALID_AMOUNT',
      price.per ? 'The quantity must be between 1 and 10,000.' : `${plan.name} is not sold by quantity.`,
      { field: 'quantity' },
    )
  if (request.promotionCode)
    return refused('INVALID_PRICE', `There is no promotion code '${request.promotionCode}'.`, {
      field: 'promotionCode',
    })
  const trialDays = request.trialDays ?? price.trialDays
  if (trialDays < 0 || trialDays > price.trialDays)
    return refused(
      'TRIAL_NOT_AVAILABLE',
      price.trialDays ? `The trial is at most ${price.trialDays} days.` : `${plan.name} has no trial.`,
      { field: 'trialDays' },
    )
  return {
    plan,
    price,
    quantity: request.quantity,
    trialDays,
    amountMinor: price.money.amountMinor * request.quantity,
    fingerprint: [request.provider, price.id, request.quantity, trialDays, request.successUrl, request.cancelUrl].join(
      '|',
    ),
  }
}

/** A domain that the catalog lists for the other mode is refused; unknown or left out, it counts as one of this process. */
function domainMismatch(catalog: CatalogSnapshot, mode: Mode, userDomain: string | null): Refused | null {
  const listed = catalog.domains.find(({ domain }) => domain === userDomain?.toLowerCase())
  if (!listed || mode === 'sandbox' || listed.mode === mode) return null
  return refused(
    'MODE_MISMATCH',
    `${listed.domain} is a ${listed.mode} domain, and this server runs in ${mode} mode.`,
    { field: 'userDomain' },
  )
}

/** What stands in an account's plan group when a checkout is asked for. */
export interface GroupFacts {
  readonly liveSubscription: BillingSubscriptionRow | null
  readonly openCheckout: CheckoutRow | null
}

export type CheckoutDecision =
  | { readonly kind: 'conflict'; readonly subscription: BillingSubscriptionRow }
  | { readonly kind: 'processing'; readonly checkout: CheckoutRow }
  | { readonly kind: 'reuse'; readonly checkout: CheckoutRow }
  | { readonly kind: 'replace'; readonly checkout: CheckoutRow }
  | { readonly kind: 'open' }

/** Pure: one open checkout per account and group. The same offer gives the same one; another offer closes the old one first. */
export function decideCheckout(facts: GroupFacts, offer: Offer, now: Date): CheckoutDecision {
  if (facts.liveSubscription) return { kind: 'conflict', subscription: facts.liveSubscription }
  const { openCheckout } = facts
  if (!openCheckout) return { kind: 'open' }
  if (openCheckout.status === 'PROCESSING') return { kind: 'processing', checkout: openCheckout }
  if (openCheckout.offer === offer.fingerprint && openCheckout.expiresAt > now)
    return { kind: 'reuse', checkout: openCheckout }
  return { kind: 'replace', checkout: openCheckout }
}
