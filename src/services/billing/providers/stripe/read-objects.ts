import type { Stripe } from 'stripe'
import type { SubscriptionStatus } from '../../../../entities/billing/subscription-state.js'
import { ProviderUnavailable, type FetchedCheckout, type FetchedItem, type FetchedSubscription } from '../port.js'

const STATUSES: Record<string, SubscriptionStatus> = {
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'UNPAID',
  paused: 'PAUSED',
  incomplete: 'INCOMPLETE',
  incomplete_expired: 'INCOMPLETE_EXPIRED',
  canceled: 'CANCELED',
}

const CHECKOUT_STATUSES: Record<string, FetchedCheckout['status']> = {
  open: 'OPEN',
  complete: 'COMPLETE',
  expired: 'EXPIRED',
}

const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

const time = (seconds: number | null | undefined): Date | null => (seconds ? new Date(seconds * 1000) : null)

/** A session in our words. An answer that is not one (HTML, empty JSON) is as good as none. */
export function readCheckout(session: Stripe.Checkout.Session): FetchedCheckout {
  const status = CHECKOUT_STATUSES[session.status ?? '']
  if (session.object !== 'checkout.session' || !status)
    throw new ProviderUnavailable('Stripe answered with something that is no checkout session')
  return {
    sessionId: session.id,
    status,
    paid: session.payment_status !== 'unpaid',
    checkoutId: session.metadata?.['checkout_id'] ?? null,
    clientReference: session.client_reference_id,
    customerId: idOf(session.customer),
    subscriptionId: idOf(session.subscription),
    subtotal:
      session.amount_subtotal === null || !session.currency
        ? null
        : { amountMinor: session.amount_subtotal, currency: session.currency.toUpperCase() },
  }
}

/** A subscription in our words. Periods are read from the items, where they have been since 2025; older shapes had them on top. */
export function readSubscription(subscription: Stripe.Subscription): FetchedSubscription {
  const status = STATUSES[subscription.status]
  if (subscription.object !== 'subscription' || !status)
    throw new ProviderUnavailable(`Stripe answered with a subscription status we do not know: ${subscription.status}`)
  const items = subscription.items.data.map((item) => readItem(item, subscription as unknown as OldPeriods))
  const latestEnd = items.reduce<Date | null>(
    (latest, { currentPeriodEnd: end }) => (end && (!latest || end > latest) ? end : latest),
    null,
  )
  return {
    externalId: subscription.id,
    customerId: idOf(subscription.customer)!,
    status,
    checkoutId: subscription.metadata['checkout_id'] ?? null,
    items,
    trialEnd: time(subscription.trial_end),
    cancelAt: time(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? latestEnd : null),
    canceledAt: time(subscription.canceled_at),
    endedAt: time(subscription.ended_at),
    startedAt: time(subscription.start_date)!,
  }
}

interface OldPeriods {
  readonly current_period_start?: number
  readonly current_period_end?: number
}

function readItem(item: Stripe.SubscriptionItem, old: OldPeriods): FetchedItem {
  return {
    externalId: item.id,
    priceExternalId: item.price.id,
    quantity: item.quantity ?? 1,
    currentPeriodStart: time(item.current_period_start ?? old.current_period_start),
    currentPeriodEnd: time(item.current_period_end ?? old.current_period_end),
  }
}
