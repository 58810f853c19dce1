import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { SubscriptionState } from '../subscriptions/changes/load-subscription-state.js'
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
  const lowered = await sql.row(
    `select 1 from subscription_change c where c.subscription_id = $1 and c.kind = $2 and c.status = 'APPLIED' and c.as_of >= $3
       and ($2 = 'PLAN' or c.to_price_id = $4) and c.unused_time ->> 'beginsPeriod' = 'false'
       and not exists (select 1 from subscription_change later where later.subscription_id = $1 and later.status = 'APPLIED' and later.id >= c.id
         and (later.unused_time ->> 'beginsPeriod' = 'true' or later.kind = 'ADDON' and later.to_price_id = $4 and later.to_quantity = 0))
     union all
     select 1 from purchase r join product o on o.id = r.product_id
     where r.provider = $5 and r.subscription_id = $6 and r.reverted and r.expires_at > $3 and r.purchased_at >= $3
       and case when $2 = 'PLAN' then o.type = 'PLAN' else r.product_id = $7 end
       and not exists (select 1 from purchase later where later.provider = $5 and later.subscription_id = $6 and later.product_id = $7
         and later.id > r.id and later.step is not null and later.step ->> 'fromPriceId' is null)`,
    [
      subscription.id,
      change.kind,
      line.periodStart,
      line.priceId,
      subscription.provider,
      subscription.externalId,
      line.productId,
    ],
  )
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
