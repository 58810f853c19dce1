import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { BuyerFacts } from './decide-plan-offer.js'

/** The currency of an account's running subscription, in which everything else that recurs is paid too; null without one. */
export async function ownCurrency(sql: Sql, accountId: string): Promise<string | null> {
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

/** What an account brings along when it asks for a plan. A trial counts when it began, whatever became of the subscription. */
export async function loadBuyerFacts(sql: Sql, accountId: string): Promise<BuyerFacts> {
  const tried = await sql.rows<{ planId: string }>(
    `select v.plan_id from billing_subscription s join plan_version v on v.id = s.plan_version_id
     where s.account_id = $1 and s.trial_end is not null
     union select v.plan_id from checkout c join plan_version v on v.id = c.plan_version_id
     where c.account_id = $1 and c.trial_days > 0 and c.status = 'COMPLETED'`,
    [accountId],
  )
  return {
    currency: await ownCurrency(sql, accountId),
    triedPlanIds: new Set(tried.map(({ planId }) => planId)),
  }
}
