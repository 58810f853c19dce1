import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { presenceAfter } from '../presence/presence.js'
import { publishPresence } from '../presence/publish-presence.js'
import { type DeploymentStreamRequest, followDeployment } from './follow-deployment.js'

/** Presence changes of a deployment's agent, for callers that can see it. */
export async function agentPresence(context: IdentityContext, request: DeploymentStreamRequest): Promise<OpenedStream> {
  const stream = await followDeployment(context, request, (event) => presenceAfter(event) !== null)
  return publishPresence(context, stream)
}
