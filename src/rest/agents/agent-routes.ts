import type { FastifyInstance } from 'fastify'
import { keepRawBodies } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'
import { poll } from './poll.js'
import { register } from './register.js'
import { report } from './report.js'

const MAX_REPORT_BYTES = 16 * 1_048_576

/** What the agent calls. It only ever pulls: nothing here dials out. Envelopes and codes are those that the real agent expects. */
export function agentRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    keepRawBodies(app)
    app.post('/api/v1/agent/register', (request, reply) => register(host, request, reply))
    // Not for HEAD: it would take a command and deliver nothing.
    app.get('/api/v1/agent/commands/wait/:hash', { exposeHeadRoute: false }, (request, reply) =>
      poll(host, request, reply),
    )
    for (const path of ['/api/v1/agent/commands/report', '/api/v1/commands/report'])
      app.post(path, { bodyLimit: MAX_REPORT_BYTES }, (request, reply) => report(host, request, reply))
  }
}
