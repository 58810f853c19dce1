import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { appStatesOf } from '../app-states/record-app-states.js'
import { samplesOf } from '../hooks/store-sample.js'
import { requireDeployment } from '../model/deployment-queries.js'

/** Last report of a deployment's server: its applications, and its load if the agent measures it. */
export interface ServerState {
  readonly apps: readonly AppStateRow[]
  readonly load: { readonly metrics: ServerSample; readonly receivedAt: Date } | null
}

/** For callers that can see the deployment. */
export async function serverState(context: IdentityContext, hash: string): Promise<ServerState> {
  const { id } = await requireDeployment(context, hash, 'deployments:read')
  const [apps, [load]] = await Promise.all([appStatesOf(context.database, [id]), samplesOf(context.database, [id])])
  return { apps, load: load ?? null }
}
