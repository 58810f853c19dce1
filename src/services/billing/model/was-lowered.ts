import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { loweredLine } from './unused-time.sql.js'
import { addonOf, type ChangeTerms } from './given-up-lines.js'
import { intervalBefore } from './paid-bills.js'

/**
 * True if the line that a change is about was lowered in its running period without a proration at the provider: by a change, or because money
 * went back. A new period, and a line that was removed and added again, start from what the provider has charged.
 */
export async function wasLowered(
  sql: Sql,
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  change: ChangeTerms,
): Promise<boolean> {
  const line = lineOf(catalog, state, change)
  if (!line) return false
  const { subscription } = state
  const lowered = await sql.row(loweredLine, {
    accountId: subscription.accountId,
    subscriptionId: subscription.id,
    provider: subscription.provider,
    externalId: subscription.externalId,
    kind: change.kind,
    ...line,
  })
  return lowered !== undefined
}

interface ChangedLine {
  readonly priceId: string
  readonly productId: string
  readonly periodStart: Date
}

/** An add-on can be monthly beside a yearly plan, so it has its own period. */
function lineOf(catalog: CatalogSnapshot, state: SubscriptionState, change: ChangeTerms): ChangedLine | null {
  const { subscription, price } = state
  const periodStart = subscription.currentPeriodStart ?? subscription.startedAt
  if (change.kind === 'PLAN') return { priceId: price.id, productId: price.productId, periodStart }
  const item = change.kind === 'ADDON' ? addonOf(state, change)?.item : undefined
  const paid = catalog.priceById.get(item?.priceId ?? '')
  if (!item || !paid) return null
  const { currentPeriodEnd } = item
  return {
    priceId: paid.id,
    productId: paid.productId,
    periodStart: currentPeriodEnd ? intervalBefore(currentPeriodEnd, paid.interval) : periodStart,
  }
}
