import type { SubscriptionFilter } from '#schema/billing/billing-subscription.type.js'
import { sql } from 'kysely'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'

export interface SubscriptionsRequest {
  readonly filter?: SubscriptionFilter | null
  readonly orderBy?: 'NEWEST' | 'PERIOD_END' | null
}

/** End of the period in milliseconds, as JavaScript reads it. Without an end it comes last. */
const PERIOD_END = sql<number>`coalesce(floor(extract(epoch from subscription.current_period_end) * 1000), 1e15)::int8`

const NO_END = 1e15

/** Subscriptions to plans of the installation. Operators only. */
export async function subscriptions(
  context: BillingContext,
  { filter, orderBy }: SubscriptionsRequest,
  request: PageRequest,
): Promise<CountablePage<BillingSubscriptionRow>> {
  const { statuses, plans, providers, ending } = filter ?? {}
  const accountId = await requestedAccount(context.database, filter?.account)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  const selected = context.database.query
    .selectFrom('billing_subscription as subscription')
    .$if(accountId !== null, (query) => query.where('subscription.accountId', '=', accountId!))
    .$if(!!statuses, (query) => query.where('subscription.status', 'in', statuses!))
    .$if(!!providers, (query) => query.where('subscription.provider', 'in', providers!))
    .$if(!!plans, (query) =>
      query.where('subscription.planVersionId', 'in', (eb) =>
        eb
          .selectFrom('plan_version as version')
          .innerJoin('plan', 'plan.id', 'version.planId')
          .select('version.id')
          .where('plan.code', 'in', plans!),
      ),
    )
    .$if(typeof ending === 'boolean', (query) => query.where('subscription.cancelAt', ending ? 'is not' : 'is', null))
  const byPeriodEnd = orderBy === 'PERIOD_END'
  const byEnd = {
    by: PERIOD_END,
    of: ({ currentPeriodEnd }: BillingSubscriptionRow) => String(currentPeriodEnd?.getTime() ?? NO_END),
  }
  return readRows(
    request,
    byPeriodEnd ? 'subscriptions by period end' : 'subscriptions',
    selected.selectAll('subscription'),
    { by: [...(byPeriodEnd ? [byEnd] : []), 'subscription.id'], ascending: byPeriodEnd },
  )
}
