import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OfferInput } from './decide-plan-offer.js'
import { triedPlans, type TrialSeeker } from './tried-plans.js'

/** The currency of an account's running subscription, in which everything else that recurs is paid too; null without one. */
export async function accountCurrency(sql: Sql, accountId: string): Promise<string | null> {
  const row = await sql.row<{ currency: string }>(
    `select pr.currency from (
       select s.started_at, i.price_id from billing_subscription s join subscription_item i on i.subscription_id = s.id
       where s.account_id = $1 and s.status <> all($2)
       union all select started_at, price_id from product_subscription where account_id = $1 and status <> all($2)
     ) running join price pr on pr.id = running.price_id order by running.started_at limit 1`,
    [accountId, TERMINAL_STATUSES],
  )
  return row?.currency ?? null
}

/** Returns the account's currency and the plans whose trial it has had. */
export const loadBuyer = async (sql: Sql, seeker: TrialSeeker): Promise<OfferInput> => ({
  currency: await accountCurrency(sql, seeker.accountId),
  triedPlanIds: await triedPlans(sql, seeker),
})
