import { sql } from 'kysely'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { isReturned } from '#services/billing/model/decide-remaining.js'
import { closeUnpaidInvoice } from '#services/billing/used-part/close-unpaid-invoice.js'
import { billsFor, paidFor } from '#services/billing/model/paid-bills.js'
import { findSubscription, readSubscription } from '#services/billing/model/subscription-queries.js'
import { stateOf, type AddonLine, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { writeLines } from '#services/billing/model/write-lines.js'
import type { FetchedInvoice } from '#services/billing/providers/payments-port.js'
import { syncSubscription } from '../sync-subscription.js'

/**
 * Ends only the add-ons of an unpaid subscription if its plan is paid, for example by the year beside an add-on by the month: their lines are
 * removed at the provider, and their open invoices are voided. Returns true if the subscription is paid after that. Repeated calls have no
 * effect; a call while another one runs, or after an interrupted one, completes it.
 */
export async function endUnpaidAddons(
  context: BillingContext,
  subscription: Pick<BillingSubscriptionRow, 'id' | 'provider' | 'externalId'>,
): Promise<boolean> {
  const { database, catalog } = context
  const found = await findSubscription(context.database, subscription.id)
  const state = found && (await stateOf(context, database, catalog.current(), found))
  if (!state || !(await isPlanPaid(context, state))) return false
  const unpaid = await unpaidAddons(context, state)
  const open = await openInvoices(state)
  // Without lines, the invoices are of add-ons whose end has begun.
  const isBegun = state.addons.length === 0 && (await areOfAddons(context, found, open))
  if (unpaid.length === 0 && !isBegun) return false
  if (unpaid.length > 0) {
    await removeLines(context, state, unpaid)
    await recordEnd(context, found, unpaid)
  }
  for (const invoice of open) await closeUnpaidInvoice(context, state.port, found, invoice)
  await syncSubscription(context, state.port, found.externalId)
  return (await readSubscription(context.database, found.id)).status === 'ACTIVE'
}

const removeLines = (
  context: BillingContext,
  { port, subscription }: SubscriptionState,
  unpaid: readonly AddonLine[],
) =>
  writeLines(context, port, {
    subscription,
    lines: unpaid.map(({ item }) => ({ externalId: item.externalId, priceExternalId: '', quantity: 0 })),
    idempotencyKey: `unpaid-addons:${unpaid.map(({ item }) => item.externalId).join(':')}`,
  })

async function openInvoices({ port, subscription }: SubscriptionState): Promise<FetchedInvoice[]> {
  const invoices: FetchedInvoice[] = []
  for (const id of await port.openInvoicesOf(subscription.externalId)) {
    const invoice = await port.fetchInvoice(id)
    if (invoice) invoices.push(invoice)
  }
  return invoices
}

/** True if each line of the invoices has the price of an add-on, also if there is none. */
async function areOfAddons(
  { database, catalog }: BillingContext,
  { provider }: BillingSubscriptionRow,
  invoices: readonly FetchedInvoice[],
): Promise<boolean> {
  const { priceById, productById } = catalog.current()
  if (invoices.length === 0) return true
  const named = invoices.flatMap(({ lines }) => lines.map(({ priceExternalId }) => priceExternalId))
  const known = await database.query
    .selectFrom('provider_price')
    .select(['externalId', 'priceId'])
    .where('provider', '=', provider)
    .where('externalId', '=', sql<string>`any(${named})`)
    .execute()
  const prices = new Map(known.map(({ externalId, priceId }) => [externalId, priceById.get(priceId)]))
  return named.every((id) => productById.get(prices.get(id ?? '')?.productId ?? '')?.type === 'PACKAGE')
}

/** True if the plan's current period is paid and the payment was not reversed. */
async function isPlanPaid(context: BillingContext, { subscription, price }: SubscriptionState): Promise<boolean> {
  const now = context.clock.now()
  const bills = await billsFor(context.database, subscription, { isPaid: true })
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
  const bills = await billsFor(context.database, subscription, { isPaid: true })
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
