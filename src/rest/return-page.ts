import type { FastifyInstance } from 'fastify'
import { returnFromProvider } from '../services/billing/checkout/return-from-provider.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { RestHost } from './rest-context.js'

/** The route to which PayPal sends a buyer back. It proves nothing: only the provider confirms a payment. */
export function returnPage(app: FastifyInstance, host: Pick<RestHost, 'anonymousContext'>): void {
  app.get('/billing/return/paypal', { config: { isPage: true } }, async (request, reply) => {
    const query = request.query as Record<string, unknown>
    const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
    const target = await returnFromProvider(host.anonymousContext(request), 'PAYPAL', {
      checkoutId: text('checkout'),
      // A subscription returns with its ID in addition to a token; for an order the token is its ID.
      sessionId: text('subscription_id') || text('token'),
    })
    if (target === null) throw new AppError('NOT_FOUND', 'Checkout not found.')
    return reply.header('cache-control', 'no-store').redirect(target, 303)
  })
}
