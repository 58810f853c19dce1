import { statement } from '#services/kernel/database/statement.js'

/** End of the last plan that accounts had in a group. A plan that ended before its start does not count. */
export const lastPlanEnds = statement<
  { accountIds: readonly string[]; groupCode: string; now: Date },
  { accountId: string; at: Date }
>(`
  select account_id, max(least(ended_at, expires_at)) as at from plan_assignment
  where account_id = any(:accountIds) and group_code = :groupCode
    and least(ended_at, expires_at) <= :now and least(ended_at, expires_at) > since
  group by account_id
`)
