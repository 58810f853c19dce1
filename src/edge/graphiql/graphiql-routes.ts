import type { FastifyInstance, FastifyRequest } from 'fastify'
import { graphiqlAsset } from './assets.js'
import { page, pagePolicy } from './page.js'

/** What GraphiQL begins with: tabs with queries, and headers that sign in whoever opens it on this machine. */
export interface GraphiQLStart {
  readonly queries: readonly string[]
  /** A token of a user to try things out with. Only the sandbox has one. */
  readonly token: () => Promise<string>
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/
const LOCAL_HOST = /^(127(\.\d+){3}|localhost|\[::1\])$/

/** By the socket, by what a proxy says, and by the name that was opened: another site's name could lead here, too. */
const isLocal = (request: FastifyRequest): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') && LOOPBACK.test(request.ip) && LOCAL_HOST.test(request.hostname)

/** Serves GraphiQL at `/graphiql`, with all its files from here. */
export function registerGraphiQL(app: FastifyInstance, start: GraphiQLStart | null): void {
  app.get('/graphiql/settings.json', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (!start) return {}
    if (!isLocal(request)) return { queries: start.queries }
    return {
      queries: start.queries,
      headers: JSON.stringify({ Authorization: `Bearer ${await start.token()}` }, null, 2),
    }
  })

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
