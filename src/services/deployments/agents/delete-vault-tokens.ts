import type { OutboxEventRow } from '../../../entities/kernel/outbox-event.entity.js'
import { composeTokenPath } from '../compose/compose-token.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { agentTokenPaths } from './publish-token.js'

/**
 * An account was deleted: a Vault forgets its agents' tokens as well. What is kept in our own database goes with the account. A Vault that
 * does not answer is asked again; one that has forgotten already is content.
 */
export async function deleteVaultTokens(event: OutboxEventRow, context: DeploymentsContext): Promise<void> {
  if (context.secretStore.kind !== 'vault') return
  const deployments = await context.database.rows<{ hash: string }>(
    `select hash from deployment where account_id = $1`,
    [event.accountId],
  )
  for (const { hash } of deployments)
    for (const path of [...agentTokenPaths(hash), composeTokenPath(hash)]) await context.secretStore.remove(path)
}
