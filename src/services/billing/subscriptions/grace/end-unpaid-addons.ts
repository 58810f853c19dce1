import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '#services/billing/model/billing-context.js'
import { isReturned } from '#services/billing/model/decide-remaining.js'
import { closeUnpaidInvoice } from '#services/billing/used-part/close-unpaid-invoice.js'
import { paidBills, paidFor } from '#services/billing/model/paid-bills.js'
import { findSubscription, readSubscription } from '#services/billing/model/subscription-queries.js'
import { stateOf, type AddonLine, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { writeLines } from '#services/billing/model/write-lines.js'
import { syncSubscription } from '../sync-subscription.js'

/**
 * Ends only the add-ons of an unpaid subscription if its plan is paid, for example by the year beside an add-on by the month: their lines are
 * removed at the provider, and their open invoices are voided. Returns true if the subscription is paid after that. Repeated calls have no
 * effect.
 */
export async function endUnpaidAddons(
  context: BillingContext,
  subscription: Pick<BillingSubscriptionRow, 'id' | 'provider' | 'externalId'>,
): Promise<boolean> {
  const { database, catalog } = context
  const found = await findSubscription(context.database, subscription.id)
  const state = found && (await stateOf(context, database, catalog.current(), found))
  if (!state || state.addons.length === 0 || !(await isPlanPaid(context, state))) return false
  const unpaid = await unpaidAddons(context, state)
  if (unpaid.length === 0) return false
  const port = providerOf(context, found.provider)
  await writeLines(
    context,
    found,
    unpaid.map(({ item }) => ({ externalId: item.externalId, priceExternalId: '', quantity: 0 })),
    `unpaid-addons:${unpaid.map(({ item }) => item.externalId).join(':')}`,
  )
  for (const id of await port.openInvoicesOf(found.externalId)) {
    const invoice = await port.fetchInvoice(id)
    if (invoice) await closeUnpaidInvoice(context, found, invoice)
  }
  await recordEnd(context, found, unpaid)
  await syncSubscription(context, found.provider, found.externalId)
  return (await readSubscription(context.database, found.id)).status === 'ACTIVE'
}

/** True if the plan's current period is paid and the payment was not reversed. */
async function isPlanPaid(context: BillingContext, { subscription, price }: SubscriptionState): Promise<boolean> {
  const now = context.clock.now()
  const bills = await paidBills(context.database, subscription)
  if (!paidFor(context.catalog.current(), bills, { isPlan: true, price }, now)) return false
  const standing = await context.database.query
    .selectFrom('purchase')
    .innerJoin('product', 'product.id', 'purchase.productId')
    .selectAll('purchase')
    .where('purchase.accountId', '=', subscription.accountId)
    .where('purchase.provider', '=', subscription.provider)
    .where('purchase.subscriptionId', '=', subscription.externalId)
    .where('purchase.status', '<>', 'PENDING')
    .where('purchase.expiresAt', '>', now)
    .where('product.type', '=', 'PLAN')
    .execute()
  return standing.some((purchase) => !isReturned(purchase))
}

/** Add-ons whose running period no paid invoice covers. */
async function unpaidAddons(
  context: BillingContext,
  { subscription, addons }: SubscriptionState,
): Promise<AddonLine[]> {
  const catalog = context.catalog.current()
  const bills = await paidBills(context.database, subscription)
  return addons.filter(({ item }) => {
    const price = catalog.priceById.get(item.priceId)
    return price && !paidFor(catalog, bills, { isPlan: false, price }, context.clock.now())
  })
}

async function recordEnd(
  context: BillingContext,
  { id, accountId }: BillingSubscriptionRow,
  ended: readonly AddonLine[],
): Promise<void> {
  const names = ended.map(({ sold }) => sold.name).join(', ')
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await recordAccountEvent(transaction, accountId, context.clock.now(), {
      type: 'subscription.addons_ended',
      outbox: true,
      summary: `${names} ended because the invoice was not paid within the grace period. The plan continues.`,
      subject: { __typename: 'BillingSubscription', id },
      data: { packages: ended.map(({ sold }) => sold.code) },
    })
  })
}
