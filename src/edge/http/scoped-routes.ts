import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/**
 * Routes with their own hooks and parsers, ready to be registered. They have a name because the framework would
 * otherwise derive one from all loaded modules.
 */
export const scopedRoutes = (name: string, routes: (scope: FastifyInstance) => void) =>
  fastifyPlugin(
    (scope: FastifyInstance, _options, done) => {
      routes(scope)
      done()
    },
    { name, encapsulate: true },
  )
