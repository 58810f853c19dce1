import { ENTITLING_STATUSES, TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { includedIn } from './already-included.js'
import type { BillingContext } from './billing-context.js'
import { excludingSubscription } from './offers.sql.js'
import { ownPlans } from './own-plans.js'
import type { SubscriptionUpdate } from '../subscriptions/fetched-subscription.js'

/** The due kind of a duplicate subscription; its key is `<provider>:<the provider's id>`. */
export const REFUND_DUPLICATE_SUBSCRIPTION = 'subscription.refund_duplicate'

/**
 * Two checkouts of a plan group, or in two currencies, can both be paid: in rare races, or because PayPal cannot close a page. The one that
 * is synced first stays. Read under the account lock, so that exactly one of them finds the other. A subscription that ends before the other
 * starts is not a duplicate. One to a plan that the account has bought without an end is.
 */
export async function isDuplicate(
  { catalog }: BillingContext,
  transaction: Transaction,
  update: SubscriptionUpdate,
): Promise<boolean> {
  const { accountId, provider, fetched, items } = update
  if (!fetched.checkoutId || !ENTITLING_STATUSES.includes(fetched.status)) return false
  if (await isIncluded(catalog.current(), transaction, update)) return true
  const found = await transaction.row(excludingSubscription, {
    accountId,
    provider,
    externalId: fetched.externalId,
    startedAt: fetched.startedAt,
    currency: catalog.current().priceById.get(items[0]?.priceId ?? '')?.money.currency ?? null,
    planIds: items.flatMap(({ planId }) => planId ?? []),
    entitling: ENTITLING_STATUSES,
    ended: TERMINAL_STATUSES,
  })
  return found !== undefined
}

/** True for a subscription that is new, and whose plan the account has bought without an end. */
async function isIncluded(
  catalog: CatalogSnapshot,
  transaction: Transaction,
  { accountId, items, ours: { row } }: SubscriptionUpdate,
): Promise<boolean> {
  const plan = catalog.plans.find(({ id }) => items.some(({ planId }) => planId === id))
  if (!plan || (row && row.status !== 'INCOMPLETE')) return false
  const { lifetimePlans } = await ownPlans(catalog, transaction, accountId)
  return includedIn(lifetimePlans, plan) !== undefined
}

/** Grants nothing for it, and schedules its end and refund immediately. */
export async function scheduleDuplicateSubscriptionRefund(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, fetched }: SubscriptionUpdate,
): Promise<string[]> {
  const key = `${provider}:${fetched.externalId}`
  await scheduleJob(transaction, { kind: REFUND_DUPLICATE_SUBSCRIPTION, key, accountId, runAt: context.clock.now() })
  return [`subscription ${fetched.externalId} is one too many: it is ended and its money given back`]
}
