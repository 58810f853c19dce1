import type { FastifyInstance } from 'fastify'
import { graphiqlAsset } from './assets.js'
import { page, pagePolicy } from './page.js'

/** Serves GraphiQL at `/graphiql`, with all its files from here. */
export function registerGraphiQL(app: FastifyInstance): void {
  app.get('/graphiql', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(page),
  )
  app.get('/graphiql/', (_request, reply) => reply.redirect('../graphiql', 302))

  app.get<{ Params: { name: string } }>('/graphiql/:name', { compress: false }, async (request, reply) => {
    const asset = await graphiqlAsset(request.params.name)
    if (!asset) return reply.callNotFound()
    reply.type(asset.type).header('etag', asset.etag).header('cache-control', 'public, max-age=0, must-revalidate')
    reply.header('vary', 'accept-encoding')
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send()
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(asset.plain)
    return reply.header('content-encoding', 'gzip').send(asset.zipped)
  })
}
