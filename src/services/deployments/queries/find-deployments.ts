import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { requireDeployment } from '../model/deployment-queries.js'

/** A deployment by ID, for callers that can see it. Not found for others. */
export async function deploymentById(context: IdentityContext, id: string): Promise<DeploymentRow> {
  const row = await context.database.query
    .selectFrom('deployment')
    .select('hash')
    .where('id', '=', id)
    .executeTakeFirst()
  return requireDeployment(context, row?.hash ?? '', 'deployments:read')
}

/** A deployment by its hash, for callers that can see it. Not found for others. */
export const deploymentByHash = (context: IdentityContext, hash: string): Promise<DeploymentRow> =>
  requireDeployment(context, hash, 'deployments:read')

/**
 * Deployments of an account, the newest first.
 * @param account by id or reference; null: the caller's current one
 * @param projectId the installation of the User Service, which is the deployment itself
 */
export async function listDeployments(
  context: IdentityContext,
  {
    account,
    projectId,
    templateId,
    limit,
  }: { account: string | null; projectId: string | null; templateId: string | null; limit: number },
): Promise<DeploymentRow[]> {
  const { id } = await requireAccount(context, account, 'deployments:read')
  return context.database.query
    .selectFrom('deployment')
    .selectAll()
    .where('accountId', '=', id)
    .$if(projectId !== null, (query) => query.where('id', '=', projectId))
    .$if(templateId !== null, (query) => query.where('templateId', '=', templateId))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
