import { z } from 'zod'
import { startSubscription } from '#services/billing/checkout/start-subscription.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { acceptPages, BODY_TYPES, buyer, BUYER_ERRORS, buyerPath, buyerShape } from './buyer.js'
import { checkoutResponse } from './responses/billing.js'

const startBody = z.strictObject({
  plan_name: z.string().min(1).max(100).describe('Code of the plan.'),
  quantity: z
    .int()
    .nullish()
    .describe('Number of units of a plan that is priced per unit, for example per managed server. Default: 1.'),
  ...buyerShape,
})

const restPath = buyerPath({ plan: 'plan_name' })

/** Billing contract of the integrations: checkout for a signed-in user. The token is a bearer, never in the URL. */
export function billingRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const preValidation = acceptPages(app, host)
    app.post(
      '/billing/start',
      {
        preValidation,
        schema: {
          operationId: 'startCheckout',
          summary: 'Starts a checkout for a plan.',
          body: startBody,
          consumes: BODY_TYPES,
          example: { plan_name: 'plus', payment_method: 'stripe', user_email: 'ann@example.com' },
          response: { 200: checkoutResponse },
          errors: [...BUYER_ERRORS, 'INVALID_PLAN', 'INVALID_AMOUNT', 'SUBSCRIPTION_CONFLICT'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await startSubscription(context, {
          plan: body.plan_name,
          quantity: body.quantity ?? null,
          ...buyer(context, body),
          idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
        const { id, url, sessionId } = outcome.checkout
        return { checkout_url: url, session_id: sessionId, payment_id: id }
      },
    )
  }
}
