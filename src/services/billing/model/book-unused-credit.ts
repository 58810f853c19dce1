import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow, UnusedTimeOfChange } from '#entities/billing/subscription-change.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readSubscription } from './subscription-queries.js'
import { changeCreditLater } from './change-credit.js'
import { creditSources, writePurchaseCredit } from './purchase-credit.js'
import { decideCredit, remainderOf, type CreditSource } from './decide-credit.js'
import { providerOf, type BillingContext } from './billing-context.js'
import { findPurchase } from './purchase-queries.js'
import { writeRefundIntent } from './write-refund-intent.js'
import { creditOfLines } from './decide-unused-credit.js'
import { withUseByNow } from './load-unused-time.js'

type CreditedSubscription = Pick<BillingSubscriptionRow, 'accountId' | 'provider' | 'externalId'>

/** The reason of a refund in place of credit, at a provider that keeps no balance. */
export const UNUSED_TIME = 'unused time'

/** The cause of the credit adjustment that a change makes. */
export const causeOfChange = (changeId: string): string => `change:${changeId}`

/**
 * Books the credit for paid time that a change forfeited: to the provider's balance, or as a refund if there is none.
 * The caller holds the account lock and has made the change. Repeated calls have no effect.
 */
export async function bookUnusedCredit(
  context: BillingContext,
  transaction: Transaction,
  change: SubscriptionChangeRow,
): Promise<void> {
  if (!change.unusedTime || change.creditedMinor !== null) return
  const subscription = await readSubscription(transaction, change.subscriptionId)
  const unused = await withUseByNow(transaction, change.accountId, change.unusedTime)
  const { creditMinor, sources } = await unusedCredit(transaction, subscription, unused, change.asOf)
  await transaction.query
    .updateTable('subscription_change')
    .set({ creditedMinor: creditMinor })
    .where('id', '=', change.id)
    .where('accountId', '=', change.accountId)
    .execute()
  if (creditMinor === 0) return
  const { shares } = decideCredit(creditMinor, sources)
  if (!providerOf(context, subscription.provider).keepsBalance) return refund(context, transaction, shares)
  const credited = { accountId: change.accountId, provider: subscription.provider, cause: change.id }
  for (const share of shares) await writePurchaseCredit(transaction, credited, share)
  await changeCreditLater(context, transaction, {
    accountId: change.accountId,
    provider: subscription.provider,
    cause: causeOfChange(change.id),
    amountMinor: 0 - creditMinor,
    currency: unused.currency,
    reason: 'Unused time of the subscription.',
    purchaseId: null,
  })
}

/** The credit for unused time as of a moment, its parts by line, and the purchases that it can come from. */
export async function unusedCredit(
  sql: Sql,
  { accountId, provider, externalId }: CreditedSubscription,
  unused: UnusedTimeOfChange,
  asOf: Date,
): Promise<{
  readonly creditMinor: number
  readonly parts: readonly number[]
  readonly sources: readonly CreditSource[]
}> {
  const { currency } = unused
  const sources = await creditSources(sql, {
    accountId,
    provider,
    subscriptionId: externalId,
    currency,
    at: asOf,
    // The bank may still take a disputed payment, so it gives no credit.
    withDisputed: false,
  })
  const leftMinor = sources.reduce((sum, source) => sum + remainderOf(source), 0)
  const parts = creditOfLines(unused, asOf, leftMinor)
  return { creditMinor: parts.reduce((sum, part) => sum + part, 0), parts, sources }
}

async function refund(
  context: BillingContext,
  transaction: Transaction,
  shares: readonly { readonly purchaseId: string; readonly amountMinor: number }[],
): Promise<void> {
  for (const { purchaseId, amountMinor } of shares) {
    const purchase = (await findPurchase(transaction, purchaseId))!
    if (!purchase.paymentId) continue
    const at = context.clock.now()
    await writeRefundIntent(transaction, { purchase, amountMinor, reason: UNUSED_TIME, requestedBy: null, at })
  }
}
