import type { FastifyInstance } from 'fastify'
import { isSameOrigin } from '../control/guards.js'
import { html } from './html.js'
import { sendPage } from './layout.js'

/** Behavior shared by all pages for payers: forms of other sites are rejected, and errors are shown on a page. */
export function guardPages(app: FastifyInstance): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.method === 'POST' && request.headers.origin !== undefined && !isSameOrigin(request.headers)) {
      const content = html`<p role="alert">This form was sent from another site.</p>`
      return sendPage(reply, { title: 'Refused', content }, 403)
    }
    return undefined
  })
  app.setErrorHandler((error: Error & { status?: number; statusCode?: number }, _request, reply) => {
    const status = error.status ?? error.statusCode ?? 500
    return sendPage(reply, { title: 'Error', content: html`<p role="alert">${error.message}</p>` }, status)
  })
}
