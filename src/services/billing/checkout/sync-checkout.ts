import { moneyText } from '#services/kernel/text/readable.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { LIVE_CHECKOUT_STATUSES, type CheckoutStatus } from '#entities/billing/checkout-state.js'
import { accountCurrency } from '../model/load-buyer.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { FetchedCheckout, PaymentPort } from '../providers/port.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { syncCheckoutPayment } from '../model/sync-checkout-payment.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'
import { withOriginatingRequest } from '../model/originating-request.js'
import { findCheckout, findCheckoutBySession } from '../model/checkout-queries.js'
import { transitionCheckout } from './transition-checkout.js'

/**
 * Syncs a checkout from the provider. Called by webhook, return page and sweeper; idempotent. Grants the purchase
 * before the checkout is published as completed. A payment that does not match is quarantined and grants nothing.
 */
export async function syncCheckout(
  anyContext: BillingContext,
  port: PaymentPort,
  sessionId: string,
): Promise<string[]> {
  const found = await port.fetchCheckout(sessionId)
  if (!found) return failUnknown(anyContext, port, sessionId)
  const checkout = await ourCheckout(anyContext, port, found)
  if (!checkout) return [`checkout ${sessionId} was not created by this server`]
  const context = withOriginatingRequest(anyContext, checkout.requestId)
  const fetched = await collectApproved(port, checkout, found)
  const { to, statusReason: reason } = decideCheckoutStatus(checkout, fetched)
  if (!to) return []
  const effects = await syncPurchased(context, port, { checkout, fetched, to })
  const moved = await transitionCheckout(context, checkout.id, to, {
    sessionId: fetched.sessionId,
    ...(reason ? { statusReason: reason } : {}),
  })
  if (moved) logTransition(context, checkout.id, to, reason)
  return moved ? [...effects, `checkout ${checkout.id} is ${to.toLowerCase()}`] : effects
}

/** Syncs the page of a recorded checkout. */
export const syncPage = (
  context: BillingContext,
  { provider }: Pick<CheckoutRow, 'provider'>,
  sessionId: string,
): Promise<string[]> => syncCheckout(context, providerOf(context, provider), sessionId)

interface ReadCheckout {
  readonly checkout: CheckoutRow
  readonly fetched: FetchedCheckout
  readonly to: CheckoutStatus
}

/**
 * A recurring product is granted by its subscription, a one-time product by its payment. A pending payment is recorded.
 */
async function syncPurchased(
  context: BillingContext,
  port: PaymentPort,
  { checkout, fetched, to }: ReadCheckout,
): Promise<string[]> {
  if (to !== 'COMPLETED' && to !== 'PROCESSING' && to !== 'FAILED') return []
  if (!isRecurring(context, checkout)) return syncCheckoutPayment(context, port, checkout, fetched)
  // The first invoice was voided or written off at the provider, which would bill each later period of a subscription that grants nothing.
  if (to === 'FAILED' && checkout.invoiceTerms && LIVE_CHECKOUT_STATUSES.includes(checkout.status)) {
    await port.expireCheckout(fetched.sessionId)
    return syncSubscription(context, port, fetched.sessionId, { fromCheckout: true })
  }
  const isWaiting = to === 'PROCESSING' && checkout.invoiceTerms !== null
  if ((to !== 'COMPLETED' && !isWaiting) || !fetched.subscriptionId) return []
  const effects = await syncSubscription(context, port, fetched.subscriptionId, { fromCheckout: true })
  if (fetched.invoiceId) effects.push(...(await syncInvoice(context, port, fetched.invoiceId)))
  await closeOtherCurrencies(context, checkout)
  return effects
}

/**
 * Closes an open checkout at the provider first, so that it cannot be paid after we cancel it. A paid one is synced
 * instead.
 */
export async function closeCheckout(
  context: BillingContext,
  { id, provider }: Pick<CheckoutRow, 'id' | 'provider'>,
  reason = 'canceled',
): Promise<void> {
  const neverOpened = { from: 'CREATING', statusReason: 'canceled before its page was open' } as const
  if (await transitionCheckout(context, id, 'EXPIRED', neverOpened)) return
  const sessionId = (await findCheckout(context.database, id))?.sessionId
  if (!sessionId) return
  const port = providerOf(context, provider)
  try {
    const outcome = await port.expireCheckout(sessionId)
    // Our word first: what is approved there from now on is not collected.
    if (outcome === 'LEFT_OPEN') await transitionCheckout(context, id, 'EXPIRED', { statusReason: reason })
  } catch (error) {
    // Not open any more: what it became is read below.
    if (!(error instanceof ProviderRejected)) throw error
  }
  await syncCheckout(context, port, sessionId)
}

/** Closes pages of recurring products in another currency than that in which an account has subscribed: one customer has one currency. */
export async function closeOtherCurrencies(
  context: BillingContext,
  { id, accountId }: Pick<CheckoutRow, 'id' | 'accountId'>,
): Promise<void> {
  const currency = await accountCurrency(context.database, accountId)
  if (currency === null) return
  const others = await context.database.query
    .selectFrom('checkout as c')
    .innerJoin('price as p', 'p.id', 'c.priceId')
    .select(['c.id', 'c.provider'])
    .where('c.accountId', '=', accountId)
    .where('c.id', '<>', id)
    .where('c.status', 'in', LIVE_CHECKOUT_STATUSES)
    .where('c.currency', '<>', currency)
    .where('p.interval', '<>', 'ONE_TIME')
    .execute()
  for (const other of others) await closeCheckout(context, other, `the account has subscribed in ${currency}`)
}

/** Expires a checkout at its time. The provider closes its page by itself; this covers a missing webhook. */
export async function expireCheckout(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const checkout = await findCheckout(context.database, due.key)
  if (checkout && LIVE_CHECKOUT_STATUSES.includes(checkout.status) && checkout.expiresAt <= context.clock.now())
    await closeCheckout(context, checkout)
}

/**
 * Collects an approved payment immediately if it matches the checkout and the checkout was not canceled. Concurrent
 * callers use the same key, so the money is taken once.
 */
async function collectApproved(
  port: PaymentPort,
  checkout: CheckoutRow & { externalId: string },
  fetched: FetchedCheckout,
): Promise<FetchedCheckout> {
  const { sessionId, approval } = fetched
  const isOpen = LIVE_CHECKOUT_STATUSES.includes(checkout.status) || checkout.resolution === 'RELEASED'
  if (fetched.status !== 'APPROVED' || !isOpen) return fetched
  if (decideCheckoutStatus(checkout, fetched).to !== null) return fetched
  await port.collectCheckout({ sessionId, checkoutId: checkout.id, approval })
  return (await port.fetchCheckout(sessionId)) ?? fetched
}

const isRecurring = (context: BillingContext, { priceId }: CheckoutRow): boolean =>
  context.catalog.current().priceById.get(priceId)?.interval !== 'ONE_TIME'

/** A page that the provider does not know cannot be paid. */
async function failUnknown(context: BillingContext, port: PaymentPort, sessionId: string): Promise<string[]> {
  const checkout = await findCheckoutBySession(context.database, sessionId, port.provider)
  if (checkout) await transitionCheckout(context, checkout.id, 'EXPIRED', { statusReason: 'not found at the provider' })
  return [`checkout ${sessionId} does not exist at the provider`]
}

function logTransition(context: BillingContext, checkout: string, to: CheckoutStatus, reason: string | null): void {
  if (to === 'COMPLETED') context.log.info({ checkout, requestId: context.requestId }, 'Processed checkout completion')
  if (to === 'QUARANTINED')
    context.log.error({ checkout, reason, requestId: context.requestId }, 'checkout quarantined')
}

/** The checkout of a provider session: by session ID, or by the checkout ID in its metadata if a crash prevented storing the session ID. */
async function ourCheckout(
  context: BillingContext,
  { provider }: PaymentPort,
  fetched: FetchedCheckout,
): Promise<(CheckoutRow & { externalId: string }) | null> {
  const checkout =
    (await findCheckoutBySession(context.database, fetched.sessionId, provider)) ??
    (fetched.checkoutId ? await findCheckout(context.database, fetched.checkoutId) : null)
  // Metadata can be copied: a checkout with a recorded page accepts only that page.
  if (!checkout || checkout.provider !== provider || (checkout.sessionId ?? fetched.sessionId) !== fetched.sessionId)
    return null
  const { externalId } = await context.database.query
    .selectFrom('account')
    .select('externalId')
    .where('id', '=', checkout.accountId)
    .executeTakeFirstOrThrow()
  return { ...checkout, externalId }
}

/** Pure: status of our checkout from the provider's status. The payment must match the checkout. */
export function decideCheckoutStatus(
  checkout: Pick<CheckoutRow, 'amountMinor' | 'currency' | 'trialDays' | 'startsAt'> & {
    readonly resolution?: CheckoutRow['resolution']
    readonly invoiceTerms?: CheckoutRow['invoiceTerms']
    readonly externalId: string
  },
  fetched: FetchedCheckout,
): { to: CheckoutStatus | null; statusReason: string | null } {
  if (fetched.status === 'OPEN') return { to: null, statusReason: null }
  if (fetched.status === 'EXPIRED') return { to: 'EXPIRED', statusReason: null }
  const { subtotal, clientReference } = fetched
  const isReleased = checkout.resolution === 'RELEASED'
  if (!isReleased && clientReference !== null && clientReference !== checkout.externalId)
    return {
      to: 'QUARANTINED',
      statusReason: `created for ${checkout.externalId}, but the provider reports ${clientReference}`,
    }
  const differs =
    !isReleased &&
    subtotal !== null &&
    checkout.trialDays === 0 &&
    checkout.startsAt === null &&
    (subtotal.amountMinor !== checkout.amountMinor || subtotal.currency !== checkout.currency)
  if (differs)
    return {
      to: 'QUARANTINED',
      statusReason: `expected ${moneyText(checkout)}, but the provider reports ${moneyText(subtotal)}`,
    }
  if (fetched.status === 'APPROVED') return { to: null, statusReason: null }
  if (fetched.failed)
    return {
      to: 'FAILED',
      statusReason: checkout.invoiceTerms ? 'the first invoice was not paid' : 'the payment failed',
    }
  const isTrusted = checkout.invoiceTerms?.access === 'FROM_START'
  return { to: fetched.paid || isTrusted ? 'COMPLETED' : 'PROCESSING', statusReason: null }
}
