import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'
import { requireDeployment } from '../model/deployment-queries.js'

export interface DeploymentStreamRequest {
  readonly deploymentHash: string
  readonly after?: string | null
}

export async function followDeployment(
  context: IdentityContext,
  { deploymentHash, after }: DeploymentStreamRequest,
  wants: (event: StreamEventRow) => boolean,
): Promise<OpenedStream> {
  const { id, version, accountId } = await requireDeployment(context, deploymentHash, 'deployments:read')
  const stream = followStream(context, { streamId: id, accountId, version, after, wants })
  return untilAccessRevoked(context, accountId, 'deployments:read', stream)
}
