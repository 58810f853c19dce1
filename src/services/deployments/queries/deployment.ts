import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import { findDeployment } from './deployment-queries.js'

/** A deployment that the caller may see; null for anyone else. */
export async function visibleDeployment(context: IdentityContext, hash: string): Promise<DeploymentRow | null> {
  if (context.caller.kind === 'anonymous') return null
  const deployment = await findDeployment(context.database, hash)
  return deployment && (await visibleAccount(context, deployment.accountId, 'deployments:read')) ? deployment : null
}
