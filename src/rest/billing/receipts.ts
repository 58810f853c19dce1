import { readReceipt } from '#services/billing/receipts/read-receipt.js'
import { writeReceipt } from '#services/billing/receipts/write-receipt.js'
import { authenticate } from '../authenticate.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import { pathParams, type RestApp } from '../type-provider.js'

/** Route of the receipts that this server writes, for callers that can read the billing of the account. */
export function receiptRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const schema = {
      operationId: 'getReceipt',
      summary: 'Returns the receipt of a payment by PayPal.',
      description:
        "`Purchase.receiptUrl` and `Invoice.pdfUrl` are addresses of this route. It is in the language of the caller, otherwise of the account, and shows the account's billing details at the payment and all refunds. `BAD_USER_INPUT`: a name has characters that the font does not have, for example Chinese ones.",
      tag: 'Files' as const,
      access: 'bearer' as const,
      params: pathParams({ id: 'ID of the purchase.' }),
      response: { 200: fileResponse('application/pdf', 'The receipt as a file.') },
      errors: ['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'] as const,
    }
    app.get('/api/v1/receipts/:id', { exposeHeadRoute: false, schema }, async (request, reply) => {
      const receipt = await readReceipt(request.requestContext, request.params.id)
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="receipt-${receipt.number}.pdf"`)
        .send(await writeReceipt(receipt))
    })
  }
}
