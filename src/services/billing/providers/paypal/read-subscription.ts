import type { Subscription } from '@paypal/paypal-server-sdk'
import type { SubscriptionStatus } from '../../../../entities/billing/subscription-state.js'
import type { Money } from '../../../kernel/money/money.js'
import { ProviderUnavailable } from '../port.js'
import type { FetchedInvoiceHead, FetchedSubscription } from '../subscription-port.js'
import { fromPayPalMoney } from './paypal-money.js'
import { intervalsAfter, periodAt, type Period, type RecurringInterval } from './periods.js'
import { readReference } from './reference.js'

/** Where a buyer changes how an automatic payment is made; PayPal has no other page for it. */
export const AUTOPAY_PAGE = 'https://www.paypal.com/myaccount/autopay/'

/** What PayPal shows of a subscription only when it is asked for. */
export const SUBSCRIPTION_FIELDS = 'last_failed_payment'

const DAY_MS = 86_400_000

/** PayPal tries twice more to collect a payment, each time five days later: what came by then paid for the period that had begun. */
const RETRY_DAYS = 5
const LATEST_PAYMENT_DAYS = 11

/** What a subscription says of itself, with its moments as dates. */
interface SubscriptionInput {
  readonly id: string
  readonly status: string
  readonly createdAt: Date
  readonly startsAt: Date
  readonly paidAt: Date | null
  readonly failedAt: Date | null
  readonly owes: boolean
  readonly nextAt: Date | null
  /** It was asked to begin later: free until then, or in another one's place. */
  readonly startsLater: boolean
}

/**
 * A subscription of PayPal's in our words. How long its plan's interval is must be known: the subscription does not say it; nor what
 * the plan costs, which tells a last payment for these lines from one for those before a change.
 */
export function readSubscription(
  subscription: Subscription,
  interval: RecurringInterval,
  price: Money | null = null,
): FetchedSubscription {
  const facts = inputOf(subscription)
  const status = statusOf(facts)
  const period = currentPeriod(facts, interval)
  const reference = readReference(subscription.customId)
  const ended = facts.status === 'CANCELLED' || facts.status === 'EXPIRED'
  const changedAt = dateOf(subscription.statusUpdateTime)
  return {
    externalId: facts.id,
    customerId: reference?.accountId ?? `payer:${subscription.subscriber?.payerId ?? 'unknown'}`,
    status,
    checkoutId: reference?.checkoutId ?? null,
    items: [
      {
        externalId: facts.id,
        priceExternalId: subscription.planId ?? '',
        quantity: Number(subscription.quantity ?? '1'),
        currentPeriodStart: period.start,
        currentPeriodEnd: period.end,
      },
    ],
    trialEnd: facts.startsLater ? facts.startsAt : null,
    cancelAt: null,
    canceledAt: ended ? changedAt : null,
    paidUntil: status === 'CANCELED' ? paidUntil(facts, interval) : null,
    endedAt: ended ? changedAt : null,
    startedAt: facts.startsLater ? facts.createdAt : facts.startsAt,
    scheduled: null,
    changePending: null,
    unpaidPeriod: false,
    everPaid: facts.paidAt !== null,
    linesPaid: areLinesPaid(subscription, price),
    // Whose PayPal account it is is nothing that we keep.
    paymentMethod: 'PayPal',
    paymentKey: subscription.subscriber?.payerId ? `paypal:${subscription.subscriber.payerId}` : null,
    latestInvoice: unpaidInvoice(subscription, facts, period),
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
    // Failures are counted only when PayPal has tried several times; what is owed is told at once.
    owes: billingInfo !== undefined && fromPayPalMoney(billingInfo.outstandingBalance).amountMinor > 0,
    nextAt: dateOf(billingInfo?.nextBillingTime),
    startsLater: readReference(subscription.customId)?.startsLater === true,
  }
}

/** PayPal calls active what is approved; here nothing is given before its first payment has come, unless a trial precedes it. */
export function statusOf(facts: SubscriptionInput): SubscriptionStatus {
  // Who approved too late for the beginning that was asked for is billed at once, and has nothing before that.
  const isFree = facts.startsLater && (facts.nextAt === null || facts.nextAt <= facts.startsAt)
  const hasBegun = facts.paidAt !== null || isFree || (facts.startsLater && facts.owes)
  switch (facts.status) {
    case 'APPROVAL_PENDING':
    case 'APPROVED':
      return 'INCOMPLETE'
    case 'ACTIVE':
      if (!hasBegun) return 'INCOMPLETE'
      if (facts.owes) return 'PAST_DUE'
      return facts.paidAt ? 'ACTIVE' : 'TRIALING'
    case 'SUSPENDED':
      if (!hasBegun) return 'INCOMPLETE'
      return facts.owes ? 'UNPAID' : 'PAUSED'
    case 'CANCELLED':
    case 'EXPIRED':
      return hasBegun ? 'CANCELED' : 'INCOMPLETE_EXPIRED'
    default:
      throw new ProviderUnavailable(`PayPal returned an unknown subscription status: ${facts.status}`)
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
 * The period that a payment is for: counted from the beginning, and where that does not fit (the interval was changed meanwhile) from
 * the payment. PayPal's next date is its end as long as there is one.
 */
export function paidPeriod(startsAt: Date, interval: RecurringInterval, at: Date, nextAt: Date | null): Period {
  const counted = periodAt(startsAt, interval, at)
  const fits = at.getTime() - counted.start.getTime() <= LATEST_PAYMENT_DAYS * DAY_MS
  const end = nextAt && nextAt > at ? nextAt : fits ? counted.end : intervalsAfter(at, interval, 1)
  return { start: fits && end.getTime() === counted.end.getTime() ? counted.start : at, end }
}

/** What is cancelled has no next date any more: its last payment says until when it was paid for. */
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

/** How often it was tried: at the beginning of the period, and every few days after it. */
const attemptsBy = (period: Period, failedAt: Date): number =>
  1 + Math.round((failedAt.getTime() - period.start.getTime()) / (RETRY_DAYS * DAY_MS))

/** PayPal has no invoices; what is owed is told by the payment that failed, one for each period. */
function unpaidInvoice(
  subscription: Subscription,
  facts: SubscriptionInput,
  period: Period,
): FetchedInvoiceHead | null {
  const { billingInfo } = subscription
  if (!facts.owes || !billingInfo) return null
  const failed = billingInfo.lastFailedPayment
  return {
    externalId: `${facts.id}@${period.start.toISOString().slice(0, 10)}`,
    open: true,
    owed: true,
    actionRequired: false,
    amountDue: fromPayPalMoney(billingInfo.outstandingBalance),
    attempts: facts.failedAt ? attemptsBy(period, facts.failedAt) : 1,
    nextAttemptAt: dateOf(failed?.nextPaymentRetryTime),
    payUrl: AUTOPAY_PAGE,
  }
}

export function dateOf(text: string | null | undefined): Date | null {
  if (!text) return null
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new ProviderUnavailable(`PayPal returned an invalid time: ${text}`)
  return date
}
