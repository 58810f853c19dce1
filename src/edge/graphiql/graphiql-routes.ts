import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { sendAsset } from '../http/assets.js'
import { isLocal } from '../http/local-request.js'
import { graphiqlAsset } from './assets.js'
import { page, pagePolicy } from './page.js'

/** The first tabs of GraphiQL, and the headers that sign in a browser on this machine. */
export interface GraphiQLStart {
  readonly queries: readonly string[]
  /** A token of a user to try things out with. Only the sandbox has one. */
  readonly token: () => Promise<string>
}

const settings = z
  .strictObject({
    queries: z.array(z.string()).optional().describe('Queries of the first tabs.'),
    headers: z.string().optional().describe('Headers of these tabs, as JSON. Only for a browser on this machine.'),
  })
  .meta({ id: 'GraphiQLSettings', title: 'GraphiQLSettings', description: 'The first content of GraphiQL.' })

/** Serves GraphiQL at `/graphiql`, with all its files from here. */
export function registerGraphiQL(app: FastifyInstance, start: GraphiQLStart | null): void {
  app.get('/graphiql/settings.json', { schema: { response: { 200: settings } } }, async (request, reply) => {
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
    return sendAsset(request, reply, asset)
  })
}
