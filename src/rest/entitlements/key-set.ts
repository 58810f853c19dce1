import { entitlementsKeySet } from '#services/entitlements/edge-token/entitlements-token.js'
import { describeRoutes } from '../openapi/route-description.js'
import { keySetResponse } from './responses/key-set.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

/** Public keys that verify tokens of entitlements. A key is published a day before it signs, so that caches have it. */
export function keySetRoute(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Documents', access: 'anyone' })
    const schema = {
      operationId: 'getEntitlementsKeys',
      summary: 'Returns the public keys of the tokens of entitlements.',
      response: { 200: keySetResponse },
    }
    app.get('/.well-known/jwks.json', { schema }, async (request, reply) => {
      const keys = await entitlementsKeySet(host.anonymousContext(request))
      return reply.header('cache-control', 'public, max-age=300').send(keys)
    })
  }
}
