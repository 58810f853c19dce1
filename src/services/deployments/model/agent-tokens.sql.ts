import { statement } from '#services/kernel/database/statement.js'

/**
 * A token, compared with the row of its agent under a lock that excludes only rotations. `graceMs`: milliseconds for which it is accepted
 * as the replaced token; null if it is not.
 */
export const lockAgentToken = statement<
  { accountId: string; deploymentId: string; agentId: string; tokenHash: string },
  { isCurrent: boolean; graceMs: number | null }
>(`
  select token_hash = :tokenHash as is_current,
    case when previous_token_hash = :tokenHash and previous_token_until > now()
      then (extract(epoch from previous_token_until - now()) * 1000)::float8 end as grace_ms
  from agent where account_id = :accountId and deployment_id = :deploymentId and id = :agentId
  for key share
`)
