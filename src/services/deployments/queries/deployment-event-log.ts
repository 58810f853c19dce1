import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { readEvents } from '#services/kernel/events/follow-stream.js'
import { authorizeDeployment, type RequestedDeployment } from '../model/authorize-deployment.js'

export interface DeploymentEventPage {
  readonly events: readonly StreamEventRow[]
  /** Sequence number of the last event, to continue after it. */
  readonly next: number
  readonly hasMore: boolean
}

/** Events of a deployment after a sequence number, in order. */
export async function deploymentEventLog(
  context: IdentityContext,
  requested: RequestedDeployment,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<DeploymentEventPage> {
  const { deployment } = await authorizeDeployment(context, requested, 'deployments:read')
  const events = await readEvents(context, { streamId: deployment.id, accountId: deployment.accountId }, after, limit)
  const next = events.at(-1)?.sequence ?? after
  return { events, next, hasMore: next < deployment.version }
}
