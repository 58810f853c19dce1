import type { FastifyInstance } from 'fastify'
import { makeAsset, sendAsset, type Asset } from '../http/assets.js'

/** Serves the schema in SDL, also where introspection is off: it contains nothing secret, and code generators need it. */
export function registerSchemaRoute(app: FastifyInstance, print: () => string): void {
  let printed: Promise<Asset> | undefined
  app.get('/graphql/schema.graphql', { compress: false }, async (request, reply) => {
    printed ??= makeAsset(print(), 'text/plain; charset=utf-8')
    return sendAsset(request, reply, await printed)
  })
}
