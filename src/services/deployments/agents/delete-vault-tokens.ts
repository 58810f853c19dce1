import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { composeTokenPath } from '../model/compose-token.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { agentTokenPaths } from './publish-token.js'

/**
 * After the deletion of an account: deletes its agents' tokens from a Vault. Tokens in our database are deleted with
 * the account. Retried if the Vault does not respond; repeated calls have no effect.
 */
export async function deleteVaultTokens(event: OutboxEventRow, context: DeploymentsContext): Promise<void> {
  if (context.secretStore.kind !== 'vault') return
  const deployments = await context.database.query
    .selectFrom('deployment')
    .select('hash')
    .where('accountId', '=', event.accountId)
    .execute()
  for (const { hash } of deployments)
    for (const path of [...agentTokenPaths(hash), composeTokenPath(hash)]) await context.secretStore.remove(path)
}
