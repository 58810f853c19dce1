import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { OutboxEventRow } from '../../../entities/kernel/outbox-event.entity.js'
import { lockAccount } from '../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRefused } from '../providers/port.js'
import type { LineTarget } from '../providers/subscription-port.js'
import { findPurchase } from '../purchases/purchase-queries.js'
import { RETURN_REASONS, returnPayment } from '../purchases/return-payment.js'
import { stateOf } from '../subscriptions/changes/subscription-state.js'
import { endAtOnce } from '../subscriptions/end-at-once.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'
import { decideRemaining, isReturned, type Remaining } from './decide-remaining.js'
import { addonAfterReturn, payments, runningPurchases } from './period-payments.js'

/**
 * Makes a running subscription follow money that went back, or came back: what is no longer paid is taken from its lines, and when nothing
 * is paid it ends at once. Payments that then pay for nothing are returned. Money for a period that is over, or a part of a payment,
 * changes nothing.
 */
export async function followReturnedMoney(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const purchase = await findPurchase(context.database, String(event.payload['purchaseId']))
  if (!purchase?.subscriptionId || !purchase.expiresAt || purchase.expiresAt <= context.clock.now()) return
  if (isReturned(purchase) === purchase.reverted || (await paidForNothing(context, purchase))) return
  if (!(await isRunning(context, purchase))) return
  const isAddon = context.catalog.current().productById.get(purchase.productId)?.type === 'PACKAGE'
  try {
    await (isAddon ? followAddon(context, purchase) : followPlan(context, purchase))
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    context.log.warn({ err: error, purchase: purchase.id }, 'subscription could not follow returned money')
  }
  await settleSubscription(context, purchase.provider, purchase.subscriptionId)
}

async function followPlan(context: BillingContext, purchase: PurchaseRow): Promise<void> {
  const running = await runningPurchases(context.database, purchase, context.clock.now())
  const chain = payments(context.catalog.current(), running, purchase)
  // A payment whose period another one has replaced pays for nothing that runs.
  if (!chain.some(({ id }) => id === purchase.id)) return
  const subscription = await subscriptionOf(context, purchase)
  const state = subscription && (await stateOf(context.database, context.catalog.current(), subscription))
  const line = state
    ? { priceId: state.price.id, quantity: state.planned?.told ? state.quantity : state.planItem.quantity }
    : { priceId: '', quantity: purchase.quantity }
  const remaining: Remaining = decideRemaining(chain, line)
  if (remaining.kind === 'end') {
    await endAtOnce(context, providerOf(context, purchase.provider), {
      accountId: purchase.accountId,
      externalId: purchase.subscriptionId!,
      reason: 'its payment was returned',
      idempotencyKey: `refunded:${purchase.id}`,
    })
    await returnUseless(context, running)
    return
  }
  if (remaining.kind === 'change' && state)
    await writeLine(context, purchase, {
      externalId: state.planItem.externalId,
      priceExternalId: await priceAtProvider(context, purchase, remaining.to.priceId),
      quantity: remaining.to.quantity,
    })
  await markReverted(context, running)
}

async function followAddon(context: BillingContext, purchase: PurchaseRow): Promise<void> {
  const lines = await context.database.rows<{ externalId: string; priceExternalId: string; quantity: number }>(
    `select i.external_id, pp.external_id as price_external_id, i.quantity
     from subscription_item i join billing_subscription s on s.id = i.subscription_id join price pr on pr.id = i.price_id
       join provider_price pp on pp.price_id = pr.id and pp.provider = s.provider
     where s.provider = $1 and s.external_id = $2 and pr.product_id = $3`,
    [purchase.provider, purchase.subscriptionId, purchase.productId],
  )
  const [line] = lines
  const quantity = addonAfterReturn(purchase, line?.quantity ?? 0)
  if (line) await writeLine(context, purchase, { ...line, quantity })
  else if (quantity > 0 && purchase.step)
    await writeLine(context, purchase, {
      externalId: null,
      priceExternalId: await priceAtProvider(context, purchase, purchase.step.toPriceId),
      quantity,
    })
  await markReverted(context, [purchase])
}

/** Writes a line without proration: its money has gone back, or has come back, already. */
async function writeLine(context: BillingContext, purchase: PurchaseRow, line: LineTarget): Promise<void> {
  await providerOf(context, purchase.provider).changeLines({
    externalId: purchase.subscriptionId!,
    lines: [line],
    at: 'PERIOD_END',
    asOf: context.clock.now(),
    periodEnd: purchase.expiresAt!,
    restartsPeriod: false,
    trial: null,
    // The lines are absolute; the same money may go back, come back and go back again.
    idempotencyKey: `returned:${purchase.id}:${purchase.fence}`,
  })
}

/** The payments that are left pay for nothing when their subscription has ended, and credit that paid a part becomes credit again. */
async function returnUseless(context: BillingContext, running: readonly PurchaseRow[]): Promise<void> {
  for (const { id, accountId } of running)
    await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      const purchase = (await findPurchase(transaction, id))!
      await returnPayment(context, transaction, purchase, 'built on a returned payment')
      await transaction.run(`update purchase set reverted = true where id = $1`, [id])
    })
}

async function markReverted(context: BillingContext, purchases: readonly PurchaseRow[]): Promise<void> {
  for (const purchase of purchases)
    await context.database.run(`update purchase set reverted = $2 where id = $1`, [purchase.id, isReturned(purchase)])
}

async function priceAtProvider(context: BillingContext, { provider }: PurchaseRow, priceId: string): Promise<string> {
  const row = await context.database.row<{ externalId: string }>(
    `select external_id from provider_price where provider = $1 and price_id = $2`,
    [provider, priceId],
  )
  if (!row) throw new ProviderRefused(`price ${priceId} is not at the provider`, true)
  return row.externalId
}

/** A payment that was returned because it paid for nothing takes nothing along. */
async function paidForNothing({ database }: BillingContext, { id }: PurchaseRow): Promise<boolean> {
  const row = await database.row(`select 1 from refund where purchase_id = $1 and reason = any($2)`, [
    id,
    RETURN_REASONS,
  ])
  return row !== undefined
}

async function subscriptionOf(
  context: BillingContext,
  { provider, subscriptionId }: PurchaseRow,
): Promise<BillingSubscriptionRow | null> {
  const row = await context.database.row<BillingSubscriptionRow>(
    `select * from billing_subscription where provider = $1 and external_id = $2`,
    [provider, subscriptionId],
  )
  return row ?? null
}

async function isRunning(context: BillingContext, { provider, subscriptionId }: PurchaseRow): Promise<boolean> {
  const row = await context.database.row(
    `select 1 from billing_subscription where provider = $1 and external_id = $2 and status <> all($3)
     union all select 1 from product_subscription where provider = $1 and external_id = $2 and status <> all($3)`,
    [provider, subscriptionId, TERMINAL_STATUSES],
  )
  return row !== undefined
}
