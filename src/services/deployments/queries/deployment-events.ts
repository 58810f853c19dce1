import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'
import type { Context } from '#services/kernel/context/context.js'
import { createEventFilter, selectsType, type RequestedTypes } from '#services/kernel/events/event-filter.js'
import { KEPT_DAYS } from '#services/kernel/events/event-retention.js'
import { followSnapshots, readSnapshotCursor } from '#services/kernel/events/follow-snapshots.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import { deploymentsTopic } from '#services/kernel/events/topics.js'
import { deploymentEventsBetween } from './deployment-events.sql.js'
import { LOAD_EVENT, withLoad } from './load-events.js'

export interface DeploymentEventsRequest extends RequestedTypes {
  readonly accountId?: string | null
  readonly after?: string | null
}

/** The stream of all deployments of an account, for callers that can see them. */
export interface AccountDeploymentStream extends OpenedStream {
  readonly accountId: string
}

export async function deploymentEvents(
  context: IdentityContext,
  { accountId, after, ...requested }: DeploymentEventsRequest,
): Promise<AccountDeploymentStream> {
  const account = await requireAccount(context, accountId, 'deployments:read')
  const filter = createEventFilter(requested)
  const stream = await followSnapshots(context, {
    topic: deploymentsTopic(account.id),
    after,
    retentionDays: KEPT_DAYS.deploymentEvents,
    read: ({ after: position, ...range }) =>
      context.database.rows(deploymentEventsBetween, {
        ...range,
        ...filter,
        accountId: account.id,
        streamId: position?.[0] ?? '',
        sequence: Number(position?.[1] ?? 0),
      }),
    positionOf: (event) => [event.streamId, String(event.sequence)],
  })
  const whole = selectsType(filter, LOAD_EVENT) ? withLoad(context, account.id, stream) : stream
  return { ...untilAccessRevoked(context, account.id, 'deployments:read', whole), accountId: account.id }
}

/** Cursor of `deploymentEvents`, to be read before the deployments that it is returned with. */
export const deploymentStreamCursor = (context: Context, accountId: string): Promise<string> =>
  readSnapshotCursor(context, deploymentsTopic(accountId))
