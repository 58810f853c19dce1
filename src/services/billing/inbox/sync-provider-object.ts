import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { InboxHandler } from '#services/kernel/inbox/process-inbox.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { syncCheckout } from '../checkout/sync-checkout.js'
import { syncCredit } from './sync-credit.js'
import { syncBillingDetails } from '../customers/store-details.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { reportOverageOf } from '../overage/report-usage.js'
import { syncPayment } from '../purchases/sync-payment.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'

/** Sessions whose checkout is not completed. The events of a renewal name the first checkout, which does not change any more. */
async function unpaidSessions(
  context: BillingContext,
  { provider }: PaymentPort,
  sessionIds: ReadonlySet<string>,
): Promise<Set<string>> {
  if (sessionIds.size === 0) return new Set()
  const completed = await context.database.query
    .selectFrom('checkout')
    .select('sessionId')
    .where('provider', '=', provider)
    .where('sessionId', 'in', [...sessionIds])
    .where('status', '=', 'COMPLETED')
    .execute()
  const paid = new Set(completed.map(({ sessionId }) => sessionId))
  return new Set([...sessionIds].filter((sessionId) => !paid.has(sessionId)))
}

/** Running subscriptions of a customer that have no payment method: one that the customer stores is theirs. */
async function subscriptionsToCollect(
  context: BillingContext,
  { provider }: PaymentPort,
  customerId: string,
): Promise<string[]> {
  const found = await context.database.query
    .selectFrom('billing_subscription as s')
    .innerJoin('billing_customer as c', (join) =>
      join.onRef('c.accountId', '=', 's.accountId').onRef('c.provider', '=', 's.provider'),
    )
    .select('s.externalId')
    .where('c.provider', '=', provider)
    .where('c.customerId', '=', customerId)
    .where('s.status', 'not in', TERMINAL_STATUSES)
    .where('s.paymentMethod', 'is', null)
    .execute()
  return found.map(({ externalId }) => externalId)
}

/** Invoices of subscriptions that are drafts, to which use of the ended period is added. */
async function draftsOf(
  { database }: BillingContext,
  { provider }: PaymentPort,
  invoices: ReadonlySet<string>,
): Promise<{ readonly accountId: string }[]> {
  if (invoices.size === 0) return []
  return database.query
    .selectFrom('invoice')
    .select('accountId')
    .where('provider', '=', provider)
    .where('externalId', 'in', [...invoices])
    .where('status', '=', 'DRAFT')
    .where('subscriptionId', 'is not', null)
    .execute()
}

/** Events are only hints: the object is fetched. One fetch of an object covers all its pending events. */
export function providerObjectHandler(provider: ProviderName): InboxHandler {
  return async (objectKey, events, anyContext) => {
    const context = anyContext as BillingContext
    const port = providerOf(context, provider)
    const concerns = events.map((event) => port.concernsOf(event))
    const effects: string[] = []
    const [kind, externalId] = objectKey.split(':', 2)
    const checkouts = await unpaidSessions(context, port, new Set(concerns.flatMap((one) => one.checkouts)))
    if (kind === 'checkout' && externalId) checkouts.add(externalId)
    for (const sessionId of checkouts) effects.push(...(await syncCheckout(context, port, sessionId)))
    if (kind === 'subscription' && externalId) effects.push(...(await syncSubscription(context, port, externalId)))
    if (kind === 'customer' && externalId)
      for (const subscription of await subscriptionsToCollect(context, port, externalId))
        effects.push(...(await syncSubscription(context, port, subscription)))
    for (const customer of new Set(concerns.flatMap((one) => one.changedCustomers)))
      effects.push(
        ...(await syncBillingDetails(context, port, customer)),
        ...(await syncCredit(context, port, customer)),
      )
    if (kind === 'payment' && externalId) {
      const notification = {
        // A success is only a hint; a refund or dispute is a change.
        kind: concerns.every(({ paymentNotification }) => paymentNotification === 'hint')
          ? ('hint' as const)
          : ('change' as const),
        refundIds: concerns.flatMap(({ refunds }) => refunds),
      }
      effects.push(...(await syncPayment(context, port, externalId, notification)))
    }
    const invoices = new Set(concerns.flatMap((one) => one.invoices))
    for (const invoiceId of invoices) effects.push(...(await syncInvoice(context, port, invoiceId)))
    for (const { accountId } of await draftsOf(context, port, invoices)) await reportOverageOf(context, port, accountId)
    return effects
  }
}
