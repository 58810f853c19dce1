import { serverState } from '#services/deployments/queries/load-server-state.js'
import { authenticate } from '../authenticate.js'
import { serverStateResponse } from './responses/deployments.js'
import type { RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

/**
 * State that an agent sends in addition to reports, for dashboards: the state of each application, and the load of the
 * server.
 */
export function serverStateRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    app.get(
      '/api/v1/deployments/:hash/server',
      {
        schema: {
          operationId: 'getServerState',
          summary: 'Returns the state of the applications, and the load of the server.',
          tag: 'Deployments',
          access: 'bearer',
          params: pathParams({ hash: HASH }),
          response: { 200: serverStateResponse },
          errors: ['NOT_FOUND', 'FORBIDDEN'],
        },
      },
      async (request) => {
        const { hash } = request.params
        const { apps, load } = await serverState(request.requestContext, hash)
        return {
          message: 'Server',
          item: {
            deployment_hash: hash,
            apps: apps.map((state) => ({
              app_code: state.appCode,
              status: state.status?.toLowerCase() ?? null,
              container_state: state.containerState,
              health: state.health?.toLowerCase() ?? null,
              reported_at: state.reportedAt.toISOString(),
            })),
            load: load?.metrics ?? null,
            load_received_at: load?.receivedAt.toISOString() ?? null,
          },
        }
      },
    )
  }
}
