import { sql } from 'kysely'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { DeploymentsContext } from '../deployments-context.js'

/** Path in the secret store, and the path that an installer writes to in a Vault. */
export const composeTokenPath = (deploymentHash: string): string => `agent/${deploymentHash}/compose_agent_token`

/** Current token of a compose agent in the secret store. Null if not available; the reason is stored for dashboards. */
export async function readComposeToken(
  context: DeploymentsContext,
  agent: ComposeAgentRow,
  deploymentHash: string,
): Promise<string | null> {
  const token = await context.secretStore.read(composeTokenPath(deploymentHash)).catch((error: unknown) => {
    context.log.warn({ err: error, deployment: deploymentHash }, 'compose agent token not readable')
    return null
  })
  if ((token === null) !== (agent.tokenFailedAt !== null))
    await context.database.query
      .updateTable('compose_agent')
      .set({ tokenFailedAt: token === null ? sql`now()` : null })
      .where('id', '=', agent.id)
      .where('accountId', '=', agent.accountId)
      .execute()
  return token
}
