import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { requireOperator, visibleAccount } from '#services/identity/model/guard.js'
import { EMPTY_COUNTED_PAGE, type PageRequest } from '#services/kernel/paging/page.js'
import { readDeployments, type DeploymentListRequest, type DeploymentPage } from './list-account-deployments.js'

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

/** Deployments of the installation. Operators only. */
export async function deployments(
  context: IdentityContext,
  requested: DeploymentListRequest,
  request: PageRequest,
): Promise<DeploymentPage> {
  requireOperator(context, 'ops:read')
  const accountId = await requestedAccount(context.database, requested.filter.account)
  return accountId === undefined ? EMPTY_COUNTED_PAGE : readDeployments(context.database, accountId, requested, request)
}
