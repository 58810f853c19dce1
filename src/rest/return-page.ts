import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { returnFromProvider } from '../services/billing/checkout/return-from-provider.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { RestHost } from './rest-context.js'

const STYLE =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1c2430}h1{font-size:1.5rem}'

/** The one style is allowed by its hash, so that no other can be put in. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const page = (title: string, text: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
  `<style>${STYLE}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`

/**
 * Where the provider sends a buyer when no dashboard was named. It shows nothing of the checkout, because opening it proves nothing:
 * what was bought becomes true by the provider's word alone.
 */
export function returnPage(app: FastifyInstance, host: Pick<RestHost, 'anonymousContext'>): void {
  app.get('/billing/return/paypal', async (request, reply) => {
    const query = request.query as Record<string, unknown>
    const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
    const target = await returnFromProvider(host.anonymousContext(request), 'PAYPAL', {
      checkoutId: text('checkout'),
      // A subscription comes back with its own name beside a token; an order's token is its name.
      sessionId: text('subscription_id') || text('token'),
    })
    if (target === null) throw new AppError('NOT_FOUND', 'There is no such checkout.')
    return reply.header('cache-control', 'no-store').redirect(target, 303)
  })

  app.get('/billing/return', (request, reply) => {
    const { cancelled } = request.query as { cancelled?: string }
    void reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY)
    return cancelled
      ? page('Nothing was paid', 'The checkout was left. You can start again from your dashboard whenever you like.')
      : page(
          'Thank you',
          'Your payment is being confirmed. Your dashboard shows the change as soon as it is; you may close this page.',
        )
  })
}
