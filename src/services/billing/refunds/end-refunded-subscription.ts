import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { OutboxEventRow } from '../../../entities/kernel/outbox-event.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRefused } from '../providers/port.js'
import { findPurchase } from '../purchases/purchase-queries.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'

/**
 * When all the money for a period that is running was given back or taken back, the subscription ends at once, and with it what it
 * gives: its status stays the one source of that. Money for a period that is over, or a part of it, ends nothing.
 */
export async function endRefundedSubscription(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const purchase = await findPurchase(context.database, String(event.payload['purchaseId']))
  if (!purchase?.subscriptionId || !isOver(purchase, context.clock.now())) return
  if (!(await isRunning(context, purchase))) return
  try {
    await providerOf(context, purchase.provider).endSubscription({
      externalId: purchase.subscriptionId,
      at: 'NOW',
      reason: 'its payment was given back',
      idempotencyKey: `refunded:${purchase.id}`,
    })
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error // it has ended already
  }
  await settleSubscription(context, purchase.provider, purchase.subscriptionId)
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
