import { sql } from 'kysely'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import { queueTopic } from '../model/queue-topic.js'
import { retiredTokenPurpose } from './agent-keys.js'
import { retireReplacedToken } from './retired-tokens.sql.js'

/** Maximum number of retired tokens that are accepted. Above it the oldest ends before its grace period. */
export const MAX_RETIRED_TOKENS = 5

/** The hashes of all tokens that are accepted now. The agent's row is locked. */
export async function tokensBefore(transaction: Transaction, agent: AgentRow): Promise<string[]> {
  const earlier = await transaction.query
    .selectFrom('retired_agent_token')
    .select('tokenHash')
    .where('agentId', '=', agent.id)
    .where('accountId', '=', agent.accountId)
    .execute()
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
  await transaction.query
    .deleteFrom('retired_agent_token')
    .where('agentId', '=', id)
    .where('accountId', '=', accountId)
    .$if(limitSeconds !== 0, (query) => query.where('acceptedUntil', '<=', sql<Date>`now()`))
    .execute()
  if (limitSeconds === 0) return
  if (hash && sealed) {
    const resealed = secrets.seal(secrets.open(sealed, `agent:${id}`), retiredTokenPurpose(hash))
    await transaction.run(retireReplacedToken, { agentId: id, accountId, tokenSealed: resealed })
  }
  await transaction.query
    .deleteFrom('retired_agent_token')
    .where('accountId', '=', accountId)
    .where('tokenHash', 'in', (query) =>
      query
        .selectFrom('retired_agent_token')
        .select('tokenHash')
        .where('agentId', '=', id)
        .where('accountId', '=', accountId)
        .orderBy('retiredAt', 'desc')
        .offset(MAX_RETIRED_TOKENS - 1),
    )
    .execute()
  if (limitSeconds !== null)
    await transaction.query
      .updateTable('retired_agent_token')
      .set({ acceptedUntil: sql`least(accepted_until, now() + make_interval(secs => ${limitSeconds}))` })
      .where('agentId', '=', id)
      .where('accountId', '=', accountId)
      .execute()
}

/** Ends replaced tokens, and the polls that are held with them. */
export async function endTokens(
  database: Database,
  agent: Pick<AgentRow, 'id' | 'accountId' | 'deploymentId'>,
  tokenHashes: readonly string[],
): Promise<void> {
  if (tokenHashes.length === 0) return
  await database.transaction(async (transaction) => {
    await transaction.query
      .selectFrom('agent')
      .select('id')
      .where('id', '=', agent.id)
      .where('accountId', '=', agent.accountId)
      .forUpdate()
      .execute()
    await transaction.query
      .updateTable('agent')
      .set({ previousTokenHash: null, previousTokenSealed: null, previousTokenUntil: null })
      .where('id', '=', agent.id)
      .where('accountId', '=', agent.accountId)
      .where('previousTokenHash', 'in', tokenHashes)
      .execute()
    await transaction.query
      .deleteFrom('retired_agent_token')
      .where('agentId', '=', agent.id)
      .where('accountId', '=', agent.accountId)
      .where('tokenHash', 'in', tokenHashes)
      .execute()
    transaction.announce(queueTopic(agent.deploymentId))
  })
}
