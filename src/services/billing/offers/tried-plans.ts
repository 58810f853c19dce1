import type { Sql } from '../../kernel/database/sql.js'

/** The plans of which an account has had a trial. A trial counts when it began, whatever became of the subscription. */
export async function triedPlans(sql: Sql, accountId: string): Promise<ReadonlySet<string>> {
  const tried = await sql.rows<{ planId: string }>(
    `select v.plan_id from billing_subscription s join plan_version v on v.id = s.plan_version_id
     where s.account_id = $1 and s.trial_end is not null
     union select v.plan_id from checkout c join plan_version v on v.id = c.plan_version_id
     where c.account_id = $1 and c.trial_days > 0 and c.status = 'COMPLETED'`,
    [accountId],
  )
  return new Set(tried.map(({ planId }) => planId))
}
