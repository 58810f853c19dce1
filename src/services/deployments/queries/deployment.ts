import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { visibleAccount } from '#services/identity/guard/guard.js'

/** A deployment by its ID or hash that the caller may see; null for anyone else. */
export async function visibleDeployment(
  context: IdentityContext,
  { id, hash }: { readonly id?: string | null; readonly hash?: string | null },
): Promise<DeploymentRow | null> {
  if (context.caller.kind === 'anonymous') return null
  const deployment = await context.database.query
    .selectFrom('deployment')
    .selectAll()
    .where(id ? 'id' : 'hash', '=', id ?? hash ?? '')
    .executeTakeFirst()
  return deployment && (await visibleAccount(context, deployment.accountId, 'deployments:read')) ? deployment : null
}
