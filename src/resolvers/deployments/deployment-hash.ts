import type { RequestContext } from '#context/request-context.js'
import { isDeploymentId } from '#services/deployments/queries/deployments.js'

/** Hash of a deployment that is named by its ID or hash. An unknown name is returned unchanged. */
export const hashOf = async ({ loaders }: RequestContext, name: string): Promise<string> =>
  isDeploymentId(name) ? ((await loaders.deployment.load(name))?.hash ?? name) : name

/** Arguments that name a deployment by its ID or hash, with its hash. */
export const byHash = async <Args extends { readonly deploymentHash: string }>(
  context: RequestContext,
  args: Args,
): Promise<Args> => ({ ...args, deploymentHash: await hashOf(context, args.deploymentHash) })
