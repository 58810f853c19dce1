import type { DeploymentApp } from '#schema/deployments/deployment.type.js'
import { parseDeploymentAppId } from '#services/deployments/queries/deployment-app-id.js'
import { visibleDeploymentObject } from '#services/deployments/queries/visible-deployment-object.js'
import type { RequestContext } from '#context/request-context.js'
import { toDeployment } from './deployment.mapper.js'

/** Application by its ID. Null for other IDs, and if the caller cannot see the deployment. */
export async function loadDeploymentApp(context: RequestContext, id: string): Promise<DeploymentApp | null> {
  const place = parseDeploymentAppId(id)
  if (!place) return null
  const row = await visibleDeploymentObject(context, await context.loaders.deployment.load(place.deploymentId))
  return (row && toDeployment(row).apps.find(({ code }) => code === place.code)) ?? null
}
