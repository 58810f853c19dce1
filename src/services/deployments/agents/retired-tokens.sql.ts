import { statement } from '#services/kernel/database/statement.js'

/** Copies the replaced token of an agent's row to `retired_agent_token`, sealed for that table, while its grace period lasts. */
export const retireReplacedToken = statement<{ agentId: string; accountId: string; tokenSealed: string }>(`
  insert into retired_agent_token (token_hash, account_id, agent_id, token_sealed, accepted_until)
  select previous_token_hash, :accountId, id, :tokenSealed, previous_token_until
  from agent where id = :agentId and account_id = :accountId and previous_token_until > now()
`)
