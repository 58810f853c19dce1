import type { Subscription } from '@paypal/paypal-server-sdk'
import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { Money } from '#services/kernel/money/money.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { FetchedInvoiceHead, FetchedSubscription } from '../subscription-port.js'
import { fromPayPalMoney } from './paypal-money.js'
import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import { intervalsAfter, periodAt, type Period } from '#services/catalog/products/interval.js'
import { AUTOPAY_PAGE } from '../provider-pages.js'
import { readReference } from './reference.js'

/** Fields that PayPal returns only on request. */
export const SUBSCRIPTION_FIELDS = 'last_failed_payment'

const DAY_MS = 86_400_000

/** PayPal tries twice more to collect a payment, each time five days later: what came by then paid for the period that had begun. */
const RETRY_DAYS = 5
const LATEST_PAYMENT_DAYS = 11

/** Fields of a subscription, with times as dates. */
interface SubscriptionInput {
  readonly id: string
  readonly status: string
  readonly createdAt: Date
  readonly startsAt: Date
  readonly paidAt: Date | null
  readonly failedAt: Date | null
  readonly owes: boolean
  readonly nextAt: Date | null
  /** True if a later start was requested: free until then, or a successor of another subscription. */
  readonly startsLater: boolean
}

/**
 * A PayPal subscription in our model. The plan's interval must be known, because the subscription does not contain it,
 * and the plan's price, which distinguishes a last payment for these lines from one before a change.
 */
export function readSubscription(
  subscription: Subscription,
  interval: RecurringInterval,
  price: Money | null = null,
): FetchedSubscription {
  const input = inputOf(subscription)
  const status = statusOf(input)
  const period = currentPeriod(input, interval)
  const reference = readReference(subscription.customId)
  const ended = input.status === 'CANCELLED' || input.status === 'EXPIRED'
  const changedAt = dateOf(subscription.statusUpdateTime)
  return {
    externalId: input.id,
    customerId: reference?.accountId ?? `payer:${subscription.subscriber?.payerId ?? 'unknown'}`,
    status,
    checkoutId: reference?.checkoutId ?? null,
    items: [
      {
        externalId: input.id,
        priceExternalId: subscription.planId ?? '',
        quantity: Number(subscription.quantity ?? '1'),
        currentPeriodStart: period.start,
        currentPeriodEnd: period.end,
      },
    ],
    trialEnd: input.startsLater ? input.startsAt : null,
    ...(status === 'PAUSED' ? { pausedUntil: null } : {}),
    cancelAt: null,
    canceledAt: ended ? changedAt : null,
    paidUntil: status === 'CANCELED' ? paidUntil(input, interval) : null,
    endedAt: ended ? changedAt : null,
    startedAt: input.startsLater ? input.createdAt : input.startsAt,
    scheduled: null,
    changePending: null,
    unpaidPeriod: false,
    everPaid: input.paidAt !== null,
    linesPaid: areLinesPaid(subscription, price),
    // The buyer's PayPal account is not stored.
    paymentMethod: { kind: 'PAYPAL', label: 'PayPal', brand: null, last4: null, expMonth: null, expYear: null },
    daysUntilDue: null,
    paymentKey: subscription.subscriber?.payerId ? `paypal:${subscription.subscriber.payerId}` : null,
    latestInvoice: unpaidInvoice(subscription, input, period),
    discounts: [],
  }
}

function inputOf(subscription: Subscription): SubscriptionInput {
  const { id, status, createTime, startTime, billingInfo } = subscription
  const createdAt = dateOf(createTime) ?? dateOf(startTime)
  if (!id || !status || !createdAt)
    throw new ProviderUnavailable('PayPal returned an object that is not a subscription')
  return {
    id,
    status,
    createdAt,
    startsAt: dateOf(startTime) ?? createdAt,
    paidAt: dateOf(billingInfo?.lastPayment?.time),
    failedAt: dateOf(billingInfo?.lastFailedPayment?.time),
    // PayPal counts a failure only after several attempts. An outstanding balance is visible immediately.
    owes: billingInfo !== undefined && fromPayPalMoney(billingInfo.outstandingBalance).amountMinor > 0,
    nextAt: dateOf(billingInfo?.nextBillingTime),
    startsLater: readReference(subscription.customId)?.startsLater === true,
  }
}

/** PayPal calls active what is approved; here nothing is given before its first payment has come, unless a trial precedes it. */
export function statusOf(input: SubscriptionInput): SubscriptionStatus {
  // A buyer who approves after the requested start is billed immediately and has no access before.
  const isFree = input.startsLater && (input.nextAt === null || input.nextAt <= input.startsAt)
  const hasBegun = input.paidAt !== null || isFree || (input.startsLater && input.owes)
  switch (input.status) {
    case 'APPROVAL_PENDING':
    case 'APPROVED':
      return 'INCOMPLETE'
    case 'ACTIVE':
      if (!hasBegun) return 'INCOMPLETE'
      if (input.owes) return 'PAST_DUE'
      return input.paidAt ? 'ACTIVE' : 'TRIALING'
    case 'SUSPENDED':
      if (!hasBegun) return 'INCOMPLETE'
      return input.owes ? 'UNPAID' : 'PAUSED'
    case 'CANCELLED':
    case 'EXPIRED':
      return hasBegun ? 'CANCELED' : 'INCOMPLETE_EXPIRED'
    default:
      throw new ProviderUnavailable(`PayPal returned an unknown subscription status: ${input.status}`)
  }
}

/** The period that is paid, owed, or free until it begins. A payment that failed belongs to the period that it was to pay. */
function currentPeriod(
  { createdAt, startsAt, paidAt, failedAt, owes, nextAt }: SubscriptionInput,
  interval: RecurringInterval,
): Period {
  if (owes && failedAt) return paidPeriod(startsAt, interval, failedAt, nextAt)
  if (!paidAt) return { start: createdAt, end: startsAt > createdAt ? startsAt : (nextAt ?? startsAt) }
  return paidPeriod(startsAt, interval, paidAt, nextAt)
}

/**
 * Period of a payment: counted from the start, or from the payment if that does not match (the interval was changed).
 * PayPal's next date, if present, is its end.
 */
export function paidPeriod(startsAt: Date, interval: RecurringInterval, at: Date, nextAt: Date | null): Period {
  const counted = periodAt(startsAt, interval, at)
  const fits = at.getTime() - counted.start.getTime() <= LATEST_PAYMENT_DAYS * DAY_MS
  const end = nextAt && nextAt > at ? nextAt : fits ? counted.end : intervalsAfter(at, interval, 1)
  return { start: fits && end.getTime() === counted.end.getTime() ? counted.start : at, end }
}

/** A canceled subscription has no next date. Its last payment determines the end of the paid period. */
function paidUntil({ startsAt, paidAt, startsLater }: SubscriptionInput, interval: RecurringInterval): Date | null {
  if (paidAt) return paidPeriod(startsAt, interval, paidAt, null).end
  return startsLater ? startsAt : null
}

function areLinesPaid({ billingInfo, quantity }: Subscription, price: Money | null): boolean | null {
  const last = billingInfo?.lastPayment?.amount
  if (!last || !price) return null
  const { amountMinor, currency } = fromPayPalMoney(last)
  return currency === price.currency && amountMinor === price.amountMinor * Number(quantity ?? '1')
}

/** Number of payment attempts: at the start of the period and every few days afterwards. */
const attemptsBy = (period: Period, failedAt: Date): number =>
  1 + Math.round((failedAt.getTime() - period.start.getTime()) / (RETRY_DAYS * DAY_MS))

/** PayPal has no invoices. The failed payment of each period represents the unpaid invoice. */
function unpaidInvoice(
  subscription: Subscription,
  input: SubscriptionInput,
  period: Period,
): FetchedInvoiceHead | null {
  const { billingInfo } = subscription
  if (!input.owes || !billingInfo) return null
  const failed = billingInfo.lastFailedPayment
  const attempts = input.failedAt ? attemptsBy(period, input.failedAt) : 1
  return {
    externalId: `${input.id}@${period.start.toISOString().slice(0, 10)}`,
    open: true,
    unpaid: true,
    actionRequired: false,
    amountDue: fromPayPalMoney(billingInfo.outstandingBalance),
    attempts,
    nextAttemptAt: dateOf(failed?.nextPaymentRetryTime),
    // PayPal says when it tried last. It tries first when the period begins.
    failedAt: attempts > 1 ? period.start : input.failedAt,
    payUrl: AUTOPAY_PAGE,
  }
}

export function dateOf(text: string | null | undefined): Date | null {
  if (!text) return null
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new ProviderUnavailable(`PayPal returned an invalid time: ${text}`)
  return date
}
