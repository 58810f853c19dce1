import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { type DeploymentStreamRequest, followDeployment } from './follow-deployment.js'

/** Every status change of a deployment's commands, for callers that can see it. */
export const commandStatus = (context: IdentityContext, request: DeploymentStreamRequest): Promise<OpenedStream> =>
  followDeployment(context, request, (event) => event.type.startsWith('command.'))
