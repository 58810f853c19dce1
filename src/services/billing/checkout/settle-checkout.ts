import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import type { CheckoutStatus } from '../../../entities/billing/checkout-state.js'
import { bindReferencedCustomer } from '../customers/bind-referenced-customer.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import type { FetchedCheckout, ProviderName } from '../providers/port.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'
import { findCheckout, findCheckoutBySession } from './checkout-queries.js'
import { moveCheckout } from './move-checkout.js'

/** Reads a checkout from the provider and does what follows. Webhook, return page and sweeper all come here; twice is once. */
export async function settleCheckout(
  context: BillingContext,
  provider: ProviderName,
  sessionId: string,
): Promise<string[]> {
  const fetched = await providerOf(context, provider).fetchCheckout(sessionId)
  if (!fetched) return [`checkout ${sessionId} does not exist at the provider`]
  const checkout = await ourCheckout(context, fetched)
  const effects = checkout
    ? await applyToCheckout(context, checkout, fetched)
    : await bindReferencedCustomer(context, provider, fetched)
  // Rights follow the subscription, whatever this checkout looks like; a quarantined payment grants nothing.
  if (fetched.subscriptionId && !effects.includes('quarantined'))
    effects.push(...(await settleSubscription(context, provider, fetched.subscriptionId)))
  return effects
}

async function ourCheckout(context: BillingContext, fetched: FetchedCheckout): Promise<CheckoutRow | null> {
  return (
    (await findCheckoutBySession(context.database, fetched.sessionId)) ??
    (fetched.checkoutId ? findCheckout(context.database, fetched.checkoutId) : null)
  )
}

async function applyToCheckout(
  context: BillingContext,
  checkout: CheckoutRow,
  fetched: FetchedCheckout,
): Promise<string[]> {
  const { to, why } = decideCheckoutStatus(checkout, fetched)
  if (!to) return []
  const moved = await moveCheckout(context, checkout.id, to, { sessionId: fetched.sessionId, ...(why ? { why } : {}) })
  if (moved && to === 'COMPLETED')
    context.log.info({ checkout: checkout.id, requestId: context.requestId }, 'Processed checkout completion')
  return to === 'QUARANTINED' ? ['quarantined'] : moved ? [`checkout ${checkout.id} is ${to.toLowerCase()}`] : []
}

/** Pure: what the provider's word makes of our checkout. What was paid must be what was asked for. */
export function decideCheckoutStatus(
  checkout: Pick<CheckoutRow, 'amountMinor' | 'currency' | 'trialDays'>,
  fetched: FetchedCheckout,
): { to: CheckoutStatus | null; why: string | null } {
  if (fetched.status === 'OPEN') return { to: null, why: null }
  if (fetched.status === 'EXPIRED') return { to: 'EXPIRED', why: null }
  const { subtotal } = fetched
  const differs =
    subtotal !== null &&
    checkout.trialDays === 0 &&
    (subtotal.amountMinor !== checkout.amountMinor || subtotal.currency !== checkout.currency)
  if (differs)
    return {
      to: 'QUARANTINED',
      why: `asked for ${checkout.amountMinor} ${checkout.currency}, the provider says ${subtotal.amountMinor} ${subtotal.currency}`,
    }
  return { to: fetched.paid ? 'COMPLETED' : 'PROCESSING', why: null }
}
