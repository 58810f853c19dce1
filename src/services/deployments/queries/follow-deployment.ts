import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'
import { presenceAfter } from '../presence/presence.js'
import { requireDeployment } from './deployment-queries.js'

export interface DeploymentStreamRequest {
  readonly deploymentHash: string
  readonly after?: string | null
}

/** Every status change of a deployment's commands, for callers that can see it. */
export const followCommands = (context: IdentityContext, request: DeploymentStreamRequest): Promise<OpenedStream> =>
  follow(context, request, (event) => event.type.startsWith('command.'))

/** Presence changes of a deployment's agent, for callers that can see it. */
export const followPresence = (context: IdentityContext, request: DeploymentStreamRequest): Promise<OpenedStream> =>
  follow(context, request, (event) => presenceAfter(event) !== null)

async function follow(
  context: IdentityContext,
  { deploymentHash, after }: DeploymentStreamRequest,
  wants: (event: StreamEventRow) => boolean,
): Promise<OpenedStream> {
  const { id, version, accountId } = await requireDeployment(context, deploymentHash, 'deployments:read')
  const stream = followStream(context, { streamId: id, version, after, wants })
  return untilAccessRevoked(context, accountId, 'deployments:read', stream)
}
