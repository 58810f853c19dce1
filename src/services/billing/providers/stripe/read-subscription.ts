import type { Stripe } from 'stripe'
import type { StoredPaymentMethod } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { FetchedInvoiceHead, FetchedItem, FetchedSubscription } from '../subscription-port.js'
import { DEFERRED_UNTIL } from './change-lines.js'
import { DISCOUNT_EXPAND, readDiscounts } from './read-discounts.js'
import { readSchedule } from './read-schedule.js'
import { idOf, time } from './read-objects.js'
import { fromStripe } from './stripe-amounts.js'

/** Expanded fields that `readSubscription` reads. */
export const SUBSCRIPTION_EXPAND = ['latest_invoice', 'default_payment_method', 'schedule', ...DISCOUNT_EXPAND]

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

/** A subscription in our words. Periods are read from the items, where they have been since 2025; older shapes had them on top. */
export function readSubscription(subscription: Stripe.Subscription): FetchedSubscription {
  const status = STATUSES[subscription.status]
  if (subscription.object !== 'subscription' || !status)
    throw new ProviderUnavailable(`Stripe returned an unknown subscription status: ${subscription.status}`)
  const deferred = status === 'TRIALING' && isDeferral(subscription)
  const items = subscription.items.data.map((item) => readItem(item, subscription as unknown as OldPeriods))
  const latestEnd = items.reduce<Date | null>(
    (latest, { currentPeriodEnd: end }) => (end && (!latest || end > latest) ? end : latest),
    null,
  )
  return {
    externalId: subscription.id,
    customerId: idOf(subscription.customer)!,
    status: deferred ? 'ACTIVE' : status,
    checkoutId: subscription.metadata['checkout_id'] ?? null,
    items,
    trialEnd: deferred ? null : time(subscription.trial_end),
    ...(subscription.pause_collection ? { pausedUntil: time(subscription.pause_collection.resumes_at) } : {}),
    cancelAt: time(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? latestEnd : null),
    canceledAt: time(subscription.canceled_at),
    paidUntil: null,
    endedAt: time(subscription.ended_at),
    startedAt: time(subscription.start_date)!,
    scheduled: readSchedule(subscription),
    changePending: Boolean(subscription.pending_update),
    unpaidPeriod: status === 'ACTIVE' && isUnpaid(subscription.latest_invoice, subscription),
    everPaid: true,
    linesPaid: null,
    paymentMethod: readPaymentMethod(subscription.default_payment_method),
    daysUntilDue: subscription.collection_method === 'send_invoice' ? subscription.days_until_due : null,
    paymentKey: readFingerprint(subscription.default_payment_method),
    latestInvoice: readInvoiceHead(subscription.latest_invoice),
    discounts: readDiscounts(subscription),
  }
}

/** Statuses of an invoice that is not paid and will not be collected. */
const GIVEN_UP: readonly string[] = ['void', 'uncollectible']

type PaidFor = Pick<Stripe.Subscription, 'items' | 'pause_collection'>

/** Returns true if an invoice brings no money for its period: it was voided, written off, or is not collected while collection is paused. */
export function isUnpaid(invoice: Stripe.Subscription['latest_invoice'], subscription: PaidFor): boolean {
  if (!invoice || typeof invoice === 'string' || invoice.total <= 0) return false
  if (!paysForPeriod(invoice, subscription) || !billsItemOf(invoice, subscription)) return false
  // A draft of a pause stays one after the pause, until the seller collects it.
  const isKept = invoice.status === 'draft' && (subscription.pause_collection !== null || !invoice.auto_advance)
  return GIVEN_UP.includes(invoice.status ?? '') || isKept
}

/**
 * The invoice of a change pays for a period only if the change began the present one, as a scheduled change of interval does. A change
 * that was declined began none, and its invoice is void.
 */
export function paysForPeriod({ billing_reason: reason, lines }: Stripe.Invoice, { items }: PaidFor): boolean {
  if (reason !== 'subscription_update') return true
  return lines.data.some((line) =>
    items.data.some(
      (item) =>
        item.price.id === idOf(line.pricing?.price_details?.price) &&
        item.current_period_start === line.period.start &&
        line.parent?.subscription_item_details?.proration !== true &&
        line.parent?.invoice_item_details?.proration !== true,
    ),
  )
}

/** An invoice for lines that the subscription no longer has, such as a removed add-on, does not matter to its period. */
const billsItemOf = (invoice: Stripe.Invoice, { items }: Pick<Stripe.Subscription, 'items'>): boolean =>
  invoice.lines.data.length === 0 ||
  invoice.lines.data.some((line) => {
    const id = line.parent?.subscription_item_details?.subscription_item
    return !id || items.data.some((item) => item.id === id)
  })

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

/** A free stretch up to the end of the paid period, in which a subscription waits to take another one's place, is no trial. */
const isDeferral = (subscription: Stripe.Subscription): boolean =>
  subscription.trial_end !== null && subscription.metadata[DEFERRED_UNTIL] === String(subscription.trial_end)

/** Card or bank account with the digits that its owner knows; only the type for other methods. */
export function readPaymentMethod(method: Stripe.Subscription['default_payment_method']): StoredPaymentMethod | null {
  if (!method || typeof method === 'string') return null
  const { card, type } = method
  if (card)
    return {
      kind: 'CARD',
      label: `${capitalized(card.brand)} ending in ${card.last4}`,
      brand: card.brand,
      last4: card.last4,
      expMonth: card.exp_month,
      expYear: card.exp_year,
    }
  const bank = method.us_bank_account ?? method.sepa_debit
  const last4 = bank?.last4 ?? null
  const name = capitalized(type.replaceAll('_', ' '))
  return {
    kind: bank ? 'BANK_ACCOUNT' : type === 'paypal' ? 'PAYPAL' : 'OTHER',
    label: type === 'paypal' ? 'PayPal' : last4 ? `${name} ending in ${last4}` : name,
    brand: method.us_bank_account?.bank_name ?? null,
    last4,
    expMonth: null,
    expYear: null,
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A card or bank account has the same fingerprint for every customer. */
function readFingerprint(method: Stripe.Subscription['default_payment_method']): string | null {
  if (!method || typeof method === 'string') return null
  return method.card?.fingerprint ?? method.us_bank_account?.fingerprint ?? method.sepa_debit?.fingerprint ?? null
}

/** As much of an invoice as dunning needs. Null if it was not expanded. */
export function readInvoiceHead(invoice: Stripe.Subscription['latest_invoice']): FetchedInvoiceHead | null {
  if (!invoice || typeof invoice === 'string') return null
  return {
    externalId: invoice.id,
    open: invoice.status === 'open',
    unpaid: (invoice.status === 'open' || invoice.status === 'draft') && invoice.amount_due > 0,
    actionRequired: false,
    amountDue: fromStripe(invoice.amount_due, invoice.currency),
    attempts: invoice.attempt_count,
    nextAttemptAt: time(invoice.next_payment_attempt),
    failedAt: null,
    payUrl: invoice.hosted_invoice_url ?? null,
  }
}
