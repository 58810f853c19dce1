import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { requireDeployment } from './deployment-queries.js'

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
 * @param templateId the "project" of the agents' old server: what the deployment was made from
 */
export async function listDeployments(
  context: IdentityContext,
  { account, templateId, limit }: { account: string | null; templateId: string | null; limit: number },
): Promise<DeploymentRow[]> {
  const { id } = await requireAccount(context, account, 'deployments:read')
  return context.database.query
    .selectFrom('deployment')
    .selectAll()
    .where('accountId', '=', id)
    .$if(templateId !== null, (query) => query.where('templateId', '=', templateId))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The newest deployment of a template in the caller's current account. */
export async function deploymentOfTemplate(context: IdentityContext, templateId: string): Promise<DeploymentRow> {
  const [deployment] = await listDeployments(context, { account: null, templateId, limit: 1 })
  if (!deployment) throw new AppError('NOT_FOUND', 'Deployment not found.')
  return deployment
}
