import { z } from 'zod'
import { purchaseTemplate } from '#services/marketplace/purchases/purchase-template.js'
import { acceptPages, BODY_TYPES, buyer, BUYER_ERRORS, buyerPath, buyerShape } from '../billing/buyer.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { templateCheckoutResponse } from './responses/profiles.js'

/** No price: it is looked up here. */
const purchaseTemplateBody = z.strictObject({
  template_id: z.string().min(1).max(100).describe('ID of the template.'),
  stack_code: z
    .string()
    .max(100)
    .nullish()
    .describe('ID, slug or stack of the same template. Existing pages send it; another template is denied.'),
  ...buyerShape,
})

const restPath = buyerPath({ templateId: 'template_id', stackCode: 'stack_code' })

/** Billing contract of the integrations: checkout of a template. */
export function templateCheckoutRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const preValidation = acceptPages(app, host)
    app.post(
      '/billing/purchase-template',
      {
        preValidation,
        schema: {
          operationId: 'startTemplateCheckout',
          summary: 'Starts a checkout for a template.',
          description: 'The server determines the price.',
          body: purchaseTemplateBody,
          consumes: BODY_TYPES,
          example: { template_id: 'tpl_1', payment_method: 'stripe' },
          response: { 200: templateCheckoutResponse },
          errors: [...BUYER_ERRORS, 'NOT_FOUND', 'ALREADY_OWNED', 'ALREADY_INCLUDED'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await purchaseTemplate(context, {
          templateId: body.template_id,
          stackCode: body.stack_code ?? null,
          ...buyer(context, body),
          idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
        const { id, url, sessionId } = outcome.checkout
        return { checkout_url: url, session_id: sessionId, payment_id: id, template_id: body.template_id }
      },
    )
  }
}
