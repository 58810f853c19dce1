import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { visibleAccount } from '#services/identity/model/guard.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readDeployments, type DeploymentListRequest } from './list-account-deployments.js'

/** True if a name of a deployment has the form of IDs. No hash has it. */
export const isDeploymentId = (name: string): boolean => name.startsWith('dep_')

/** A deployment by its ID or hash that the caller may see; null for anyone else. */
export async function visibleDeployment(context: IdentityContext, name: string): Promise<DeploymentRow | null> {
  if (context.caller.kind === 'anonymous') return null
  const deployment = await context.database.query
    .selectFrom('deployment')
    .selectAll()
    .where(isDeploymentId(name) ? 'id' : 'hash', '=', name)
    .executeTakeFirst()
  return deployment && (await visibleAccount(context, deployment.accountId, 'deployments:read')) ? deployment : null
}

/** Deployments of the installation. Operators only. */
export async function deployments(
  context: IdentityContext,
  requested: DeploymentListRequest,
  request: PageRequest,
): Promise<CountablePage<DeploymentRow>> {
  const accountId = await requestedAccount(context.database, requested.filter.account)
  return accountId === undefined ? EMPTY_COUNTED_PAGE : readDeployments(context.database, accountId, requested, request)
}
