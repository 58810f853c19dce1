import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import { queueTopic } from '../commands/queue-topic.js'
import { retiredTokenPurpose } from './agent-keys.js'

/** Maximum number of retired tokens that are accepted. Above it the oldest ends before its grace period. */
export const MAX_RETIRED_TOKENS = 5

/** The hashes of all tokens that are accepted now. The agent's row is locked. */
export async function tokensBefore(transaction: Transaction, agent: AgentRow): Promise<string[]> {
  const earlier = await transaction.rows<{ tokenHash: string }>(
    `select token_hash from retired_agent_token where agent_id = $1`,
    [agent.id],
  )
  const previous = agent.previousTokenHash ? [agent.previousTokenHash] : []
  return [agent.tokenHash, ...previous, ...earlier.map(({ tokenHash }) => tokenHash)]
}

/**
 * Moves the replaced token that the agent's row holds to `retired_agent_token` while its grace lasts: the row has room for one.
 * @param limitSeconds the longest time for which a replaced token is still accepted; null leaves each its own grace
 */
export async function keepEarlierTokens(
  secrets: SecretBox,
  transaction: Transaction,
  { id, accountId, previousTokenHash: hash, previousTokenSealed: sealed }: AgentRow,
  limitSeconds: number | null,
): Promise<void> {
  await transaction.run(`delete from retired_agent_token where agent_id = $1 and ($2 or accepted_until <= now())`, [
    id,
    limitSeconds === 0,
  ])
  if (limitSeconds === 0) return
  if (hash && sealed) {
    const resealed = secrets.seal(secrets.open(sealed, `agent:${id}`), retiredTokenPurpose(hash))
    await transaction.run(
      `insert into retired_agent_token (token_hash, account_id, agent_id, token_sealed, accepted_until)
       select previous_token_hash, $2, id, $3, previous_token_until from agent where id = $1 and previous_token_until > now()`,
      [id, accountId, resealed],
    )
  }
  await transaction.run(
    `delete from retired_agent_token where token_hash in (
       select token_hash from retired_agent_token where agent_id = $1 order by retired_at desc offset $2)`,
    [id, MAX_RETIRED_TOKENS - 1],
  )
  if (limitSeconds !== null)
    await transaction.run(
      `update retired_agent_token set accepted_until = least(accepted_until, now() + make_interval(secs => $2)) where agent_id = $1`,
      [id, limitSeconds],
    )
}

/** Ends replaced tokens, and the polls that are held with them. */
export async function endTokens(
  database: Database,
  agent: Pick<AgentRow, 'id' | 'deploymentId'>,
  tokenHashes: readonly string[],
): Promise<void> {
  if (tokenHashes.length === 0) return
  await database.transaction(async (transaction) => {
    await transaction.row(`select 1 from agent where id = $1 for update`, [agent.id])
    await transaction.run(
      `update agent set previous_token_hash = null, previous_token_sealed = null, previous_token_until = null
       where id = $1 and previous_token_hash = any($2)`,
      [agent.id, tokenHashes],
    )
    await transaction.run(`delete from retired_agent_token where agent_id = $1 and token_hash = any($2)`, [
      agent.id,
      tokenHashes,
    ])
    transaction.announce(queueTopic(agent.deploymentId))
  })
}
