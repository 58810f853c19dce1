import type { BillingContext } from '../model/billing-context.js'
import { pauseText } from '../subscriptions/publish-subscription-event.js'

/** The pause that suspends the plan of an account, as a step of a denied check. Empty without one, or if the catalog has no pauses. */
export async function explainPause(
  { database, catalog }: Pick<BillingContext, 'database' | 'catalog'>,
  accountId: string,
): Promise<string[]> {
  if (!catalog.current().pause) return []
  const rows = await database.query
    .selectFrom('billing_subscription')
    .select(['planVersionId', 'pause'])
    .where('accountId', '=', accountId)
    .where('status', '=', 'PAUSED')
    .where('pause', 'is not', null)
    .execute()
  return rows.flatMap(({ planVersionId, pause }) => {
    const plan = catalog.current().planByVersionId.get(planVersionId)
    return plan && pause ? [pauseText(plan, pause)] : []
  })
}
