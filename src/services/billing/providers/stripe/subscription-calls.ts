import type { Stripe } from 'stripe'
import type {
  FetchedInvoiceHead,
  FetchedSubscription,
  ProviderAbilities,
  SubscriptionContinuation,
  SubscriptionEnd,
  SubscriptionPort,
} from '../subscription-port.js'
import { changeStripeLines, seconds, writeStripeLines } from './change-lines.js'
import { previewStripeLines } from './preview-lines.js'
import { previewNextInvoice } from './preview-next-invoice.js'
import { intentOf } from './intent-of-invoice.js'
import { idOf, time } from './read-objects.js'
import {
  isUnpaid,
  paysForPeriod,
  readInvoiceHead,
  readPaymentMethod,
  readSubscription,
  SUBSCRIPTION_EXPAND,
} from './read-subscription.js'
import { restoreDiscounts } from './restore-discounts.js'
import { removeSchedule, scheduleLines } from './schedule-lines.js'
import { localeOf, preferLanguage } from './stripe-locale.js'
import { orNull } from './stripe-errors.js'
import { methodOfCustomer } from './stripe-saved-payments.js'

const ABILITIES: ProviderAbilities = {
  changeNow: true,
  changeAtPeriodEnd: true,
  addons: true,
  preview: true,
  cancelScheduledEnd: true,
  portal: true,
  promotions: true,
  taxes: true,
  savedPayments: true,
  metering: true,
  extendsTrials: true,
  negotiatedPrices: true,
  invoiceTerms: true,
  endAtPeriodEnd: true,
  oneTimePrices: true,
  schedulesChanges: true,
  // Stripe's checkout wants the first payment at least two days ahead.
  startsAheadHours: 49,
}

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** Actions on an active Stripe subscription. */
export function stripeSubscriptions(client: Stripe, call: Call): SubscriptionPort {
  return {
    abilities: ABILITIES,
    fetchSubscription: async (externalId) => {
      const subscription = await orNull(
        call('subscriptions.retrieve', () =>
          client.subscriptions.retrieve(externalId, { expand: SUBSCRIPTION_EXPAND }),
        ),
      )
      if (!subscription) return null
      const read = await withMethodOfCustomer(client, call, await withPeriodBehindChange(client, call, subscription))
      if (read.unpaidPeriod) return { ...read, everPaid: await wasEverPaid(client, call, externalId) }
      if (!PAYMENT_DUE.includes(read.status)) return read
      const { latestInvoice } = read
      // A customer who may pay later has the grace period of one who has paid before, also if its later invoices are charged.
      if (isSent(subscription.latest_invoice))
        return { ...read, latestInvoice: (await overdueInvoice(client, call, externalId)) ?? latestInvoice }
      const intent = latestInvoice?.open ? await intentOf(client, call, latestInvoice.externalId) : null
      return {
        ...read,
        everPaid: await wasEverPaid(client, call, externalId),
        latestInvoice: latestInvoice && {
          ...latestInvoice,
          // True if the bank waits for the customer.
          actionRequired: intent?.status === 'requires_action',
          failedAt: intent && (await firstFailure(client, call, intent.id)),
        },
      }
    },
    lastInvoiceOf: async (externalId) => {
      const subscription = await orNull(call('subscriptions.retrieve', () => client.subscriptions.retrieve(externalId)))
      return idOf(subscription?.latest_invoice)
    },
    invoicesSince: async (externalId, since) => {
      const found = await call('invoices.list', () =>
        client.invoices.list({ subscription: externalId, created: { gte: seconds(since) }, limit: 100 }),
      )
      return found.data.map(({ id }) => id)
    },
    stopCharging: null,
    changeLines: async (request) => {
      if (request.at === 'PERIOD_END') return scheduleLines(client, call, request)
      await removeSchedule(client, call, request.externalId)
      return changeStripeLines(client, call, request)
    },
    writeLines: async (request) => {
      await removeSchedule(client, call, request.externalId)
      return writeStripeLines(client, call, request)
    },
    removeScheduledChange: (externalId) => removeSchedule(client, call, externalId),
    previewLines: (request) => previewStripeLines(client, call, request),
    previewNextInvoice: (request) => previewNextInvoice(client, call, request),
    endSubscription: (request) => end(client, call, request),
    setInvoiceTerms: async (externalId, days) => {
      await call('subscriptions.update', () =>
        client.subscriptions.update(
          externalId,
          days === null
            ? { collection_method: 'charge_automatically' }
            : { collection_method: 'send_invoice', days_until_due: days },
        ),
      )
    },
    restoreDiscounts: (invoiceId) => restoreDiscounts(client, call, invoiceId),
    pauseSubscription: async ({ externalId, invoices: behavior, idempotencyKey }) => {
      await call('subscriptions.update', () =>
        client.subscriptions.update(externalId, { pause_collection: { behavior } }, { idempotencyKey }),
      )
    },
    continueSubscription: (request) => goOn(client, call, request),
    openPortal: async ({ customerId, returnUrl, language, idempotencyKey }) => {
      await preferLanguage(client, call, customerId, language)
      const session = await call('billingPortal.sessions.create', () =>
        client.billingPortal.sessions.create(
          { customer: customerId, return_url: returnUrl, ...localeOf(language) },
          idempotencyKey ? { idempotencyKey: [idempotencyKey, language].filter(Boolean).join(':') } : {},
        ),
      )
      return { url: session.url }
    },
  }
}

const isSent = (invoice: Stripe.Subscription['latest_invoice']): boolean =>
  typeof invoice === 'object' && invoice?.collection_method === 'send_invoice'

/** The open invoice that is due first. Null if none is open. */
async function overdueInvoice(client: Stripe, call: Call, subscription: string): Promise<FetchedInvoiceHead | null> {
  const { data } = await call('invoices.list', () => client.invoices.list({ subscription, status: 'open', limit: 100 }))
  const [first] = data.toSorted((one, other) => (one.due_date ?? Infinity) - (other.due_date ?? Infinity))
  return first ? { ...readInvoiceHead(first)!, failedAt: time(first.due_date) } : null
}

/** Statuses in which an open invoice is a debt. */
const PAYMENT_DUE: readonly string[] = ['PAST_DUE', 'UNPAID']

/** A subscription without a payment method is charged with that of its customer. */
async function withMethodOfCustomer(
  client: Stripe,
  call: Call,
  read: FetchedSubscription,
): Promise<FetchedSubscription> {
  if (read.paymentMethod || read.status === 'CANCELED' || read.status === 'INCOMPLETE_EXPIRED') return read
  return { ...read, paymentMethod: readPaymentMethod(await methodOfCustomer(client, call, read.customerId)) }
}

/** After a declined change, the latest invoice is the void one of the change. An earlier invoice shows whether the period is paid. */
async function withPeriodBehindChange(
  client: Stripe,
  call: Call,
  subscription: Stripe.Subscription,
): Promise<FetchedSubscription> {
  const read = readSubscription(subscription)
  const latest = subscription.latest_invoice
  const hidesPeriod =
    read.status === 'ACTIVE' &&
    latest !== null &&
    typeof latest === 'object' &&
    !paysForPeriod(latest, subscription) &&
    latest.status !== 'paid'
  if (!hidesPeriod) return read
  const { data } = await call('invoices.list', () =>
    client.invoices.list({ subscription: subscription.id, limit: 100 }),
  )
  const ofPeriod = data.find((invoice) => paysForPeriod(invoice, subscription) || invoice.status === 'paid')
  return { ...read, unpaidPeriod: ofPeriod !== undefined && isUnpaid(ofPeriod, subscription) }
}

/** True if an invoice above zero was ever paid. A trial's invoice and one with a discount of 100 % are paid, and are zero. */
async function wasEverPaid(client: Stripe, call: Call, subscription: string): Promise<boolean> {
  const paid = await call('invoices.list', () => client.invoices.list({ subscription, status: 'paid', limit: 100 }))
  return paid.data.some(({ total }) => total > 0)
}

/**
 * Time of the first attempt to collect a payment that failed. Null for a debit that takes days, unless it was returned: its charge begins
 * before it fails.
 */
export async function firstFailure(client: Stripe, call: Call, paymentIntent: string): Promise<Date | null> {
  const { data } = await call('charges.list', () =>
    client.charges.list({
      payment_intent: paymentIntent,
      limit: 100,
      expand: ['data.failure_balance_transaction'],
    }),
  )
  const [first] = data.filter(({ status }) => status === 'failed').toSorted((one, other) => one.created - other.created)
  if (!first) return null
  const returned = first.failure_balance_transaction
  if (returned && typeof returned === 'object') return time(returned.created)
  return first.payment_method_details?.card ? time(first.created) : null
}

async function end(client: Stripe, call: Call, request: SubscriptionEnd): Promise<void> {
  const details = request.reason ? { cancellation_details: { comment: request.reason } } : {}
  const options = { idempotencyKey: request.idempotencyKey }
  await dropPendingUpdate(client, call, request.externalId)
  if (request.at === 'NOW') {
    // A schedule ends with its subscription.
    await call('subscriptions.cancel', () => client.subscriptions.cancel(request.externalId, details, options))
    return
  }
  // While a schedule is attached, Stripe rejects changes of the subscription's end.
  await removeSchedule(client, call, request.externalId)
  await call('subscriptions.update', () =>
    // With lines of different intervals, `cancel_at_period_end` means the earliest end: a paid year would end with a month.
    client.subscriptions.update(request.externalId, { cancel_at: 'max_period_end', ...details }, options),
  )
}

/** Voids the open invoice of a change that waits for its payment. Otherwise paying it later would still carry out the change. */
async function dropPendingUpdate(client: Stripe, call: Call, externalId: string): Promise<void> {
  const found = await call('subscriptions.retrieve', () =>
    client.subscriptions.retrieve(externalId, { expand: ['latest_invoice'] }),
  )
  const invoice = found.latest_invoice
  if (found.pending_update && invoice && typeof invoice === 'object' && invoice.status === 'open')
    await call('invoices.void', () => client.invoices.voidInvoice(invoice.id))
}

/**
 * A scheduled end is either a flag (ours) or a date (portal in flexible billing mode). Each is removed through the
 * field that set it.
 */
async function goOn(client: Stripe, call: Call, request: SubscriptionContinuation): Promise<void> {
  const options = { idempotencyKey: request.idempotencyKey }
  const found = await call('subscriptions.retrieve', () => client.subscriptions.retrieve(request.externalId))
  if (found.pause_collection)
    await call('subscriptions.update', () =>
      client.subscriptions.update(
        request.externalId,
        { pause_collection: '' },
        { idempotencyKey: `${request.idempotencyKey}:collect` },
      ),
    )
  if (found.status === 'paused') {
    await call('subscriptions.resume', () => client.subscriptions.resume(request.externalId, {}, options))
    return
  }
  if (request.paused) {
    if (found.schedule) await removeSchedule(client, call, request.externalId)
    // The notice of the invoice that was voided in the pause can still be on its way.
    const unpaid = idOf(found.latest_invoice)
    if (unpaid) await restoreDiscounts(client, call, unpaid)
    await call('subscriptions.update', () =>
      client.subscriptions.update(
        request.externalId,
        { billing_cycle_anchor: { type: 'now' }, proration_behavior: 'none' },
        options,
      ),
    )
    return
  }
  if (!found.cancel_at_period_end && !found.cancel_at) return // already removed
  if (found.schedule) await removeSchedule(client, call, request.externalId)
  await call('subscriptions.update', () =>
    client.subscriptions.update(
      request.externalId,
      found.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' },
      options,
    ),
  )
}
