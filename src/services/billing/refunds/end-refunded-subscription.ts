import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { OutboxEventRow } from '../../../entities/kernel/outbox-event.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRefused } from '../providers/port.js'
import { findPurchase } from '../purchases/purchase-queries.js'
import { endAtOnce } from '../subscriptions/end-at-once.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'

/**
 * When all the money for a period that is running was given back or taken back, its subscription (or the add-on's line of it) ends at
 * once, and with it what it gives: the subscription stays the one source of that. Money for a period that is over, or a part of it,
 * ends nothing.
 */
export async function endRefundedSubscription(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const purchase = await findPurchase(context.database, String(event.payload['purchaseId']))
  if (!purchase?.subscriptionId || !isOver(purchase, context.clock.now())) return
  if (!(await isRunning(context, purchase))) return
  const isAddon = context.catalog.current().productById.get(purchase.productId)?.type === 'PACKAGE'
  try {
    await (isAddon ? endLine(context, purchase) : endAll(context, purchase))
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error // it has ended already
  }
  await settleSubscription(context, purchase.provider, purchase.subscriptionId)
}

const endAll = (context: BillingContext, purchase: PurchaseRow): Promise<void> =>
  endAtOnce(context, providerOf(context, purchase.provider), {
    accountId: purchase.accountId,
    externalId: purchase.subscriptionId!,
    reason: 'its payment was given back',
    idempotencyKey: `refunded:${purchase.id}`,
  })

/** Only the add-on's line goes, and nothing more is settled for it: its money has gone back already. */
async function endLine(context: BillingContext, purchase: PurchaseRow): Promise<void> {
  const lines = await context.database.rows<{ externalId: string; priceExternalId: string }>(
    `select i.external_id, pp.external_id as price_external_id
     from subscription_item i join billing_subscription s on s.id = i.subscription_id join price pr on pr.id = i.price_id
       join provider_price pp on pp.price_id = pr.id and pp.provider = s.provider
     where s.provider = $1 and s.external_id = $2 and pr.product_id = $3`,
    [purchase.provider, purchase.subscriptionId, purchase.productId],
  )
  if (lines.length === 0) return
  await providerOf(context, purchase.provider).changeLines({
    externalId: purchase.subscriptionId!,
    lines: lines.map((line) => ({ ...line, quantity: 0 })),
    at: 'PERIOD_END',
    asOf: context.clock.now(),
    periodEnd: purchase.expiresAt!,
    restartsPeriod: false,
    trial: null,
    idempotencyKey: `refunded:${purchase.id}`,
  })
}

/** Pure: whether a purchase no longer pays for a period that it covered. */
function isOver(
  purchase: Pick<PurchaseRow, 'status' | 'amountMinor' | 'takenBackMinor' | 'expiresAt'>,
  now: Date,
): boolean {
  const takenBack = purchase.amountMinor > 0 && purchase.takenBackMinor >= purchase.amountMinor
  return takenBack && purchase.status !== 'DISPUTED' && purchase.expiresAt !== null && purchase.expiresAt > now
}

async function isRunning(context: BillingContext, { provider, subscriptionId }: PurchaseRow): Promise<boolean> {
  const row = await context.database.row(
    `select 1 from billing_subscription where provider = $1 and external_id = $2 and status <> all($3)
     union all select 1 from product_subscription where provider = $1 and external_id = $2 and status <> all($3)`,
    [provider, subscriptionId, TERMINAL_STATUSES],
  )
  return row !== undefined
}
