import { z } from 'zod'
import { returnFromProvider } from '#services/billing/checkout/return-from-provider.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { emptyResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const parameter = z.string().catch('')
const returnQuery = z.object({
  checkout: parameter.describe('ID of the checkout.'),
  subscription_id: parameter.describe('ID of the subscription at PayPal.'),
  token: parameter.describe('ID of the order at PayPal.'),
})

const returned = emptyResponse('Redirects the buyer to the page of the result.')

/** The route to which PayPal sends a buyer back. It proves nothing: only the provider confirms a payment. */
export const returnPage =
  (host: Pick<RestHost, 'anonymousContext'>) =>
  (app: RestApp): void => {
    const schema = {
      operationId: 'returnFromPayPal',
      summary: 'Continues a checkout after the page of PayPal.',
      tag: 'Billing' as const,
      access: 'anyone' as const,
      querystring: returnQuery,
      response: { 303: returned },
      errors: ['NOT_FOUND'] as const,
    }
    const options = { config: { isPage: true }, schema }
    app.get('/billing/return/paypal', options, async (request, reply) => {
      const { query } = request
      const context = host.anonymousContext(request)
      const target = await returnFromProvider(context, {
        provider: 'PAYPAL',
        checkoutId: query.checkout,
        // A subscription returns with its ID in addition to a token; for an order the token is its ID.
        sessionId: query.subscription_id || query.token,
      })
      if (!target) throw new AppError('NOT_FOUND', 'Checkout not found.')
      return reply.header('cache-control', 'no-store').redirect(target, 303)
    })
  }
