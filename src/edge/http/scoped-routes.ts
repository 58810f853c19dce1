import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/**
 * Routes with hooks and parsers of their own, ready to be registered. They have a name because the framework would otherwise look for one
 * in everything that was ever required.
 */
export const scopedRoutes = (name: string, routes: (scope: FastifyInstance) => void) =>
  fastifyPlugin(
    (scope: FastifyInstance, _options, done) => {
      routes(scope)
      done()
    },
    { name, encapsulate: true },
  )
