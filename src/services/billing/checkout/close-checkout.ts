import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { LIVE_CHECKOUT_STATUSES } from '#entities/billing/checkout-state.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../model/port.js'
import { findCheckout } from '../model/checkout-queries.js'
import { transitionCheckout } from './transition-checkout.js'
import { syncCheckout } from './sync-checkout.js'

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
  try {
    const outcome = await providerOf(context, provider).expireCheckout(sessionId)
    // Our word first: what is approved there from now on is not collected.
    if (outcome === 'LEFT_OPEN') await transitionCheckout(context, id, 'EXPIRED', { statusReason: reason })
  } catch (error) {
    // Not open any more: what it became is read below.
    if (!(error instanceof ProviderRejected)) throw error
  }
  await syncCheckout(context, provider, sessionId)
}

/** Closes pages of recurring products in another currency than that in which an account has subscribed: one customer has one currency. */
export async function closeOtherCurrencies(
  context: BillingContext,
  { id, accountId, currency }: Pick<CheckoutRow, 'id' | 'accountId' | 'currency'>,
): Promise<void> {
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
