import { z } from 'zod'
import { created, paging, text } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'

/** Invoice payments: retrieve, and list by invoice, by payment intent or by status. */
export const invoicePaymentRoutes = [
  route('GET', '/v1/invoice_payments/:payment', z.strictObject({}), (world, { path }) => {
    const payment = world.store.get('invoice_payment', path['payment'] ?? '')
    if (payment === undefined) throw missing('invoice_payment', path['payment'] ?? '')
    return payment
  }),
  route(
    'GET',
    '/v1/invoice_payments',
    z.strictObject({
      ...paging,
      created,
      invoice: text.optional(),
      payment: z
        .strictObject({
          type: z.enum(['payment_intent', 'payment_record']),
          payment_intent: text.optional(),
          payment_record: text.optional(),
        })
        .optional(),
      status: z.enum(['canceled', 'open', 'paid']).optional(),
    }),
    (world, { input, url }) => {
      const payments = world.store
        .newest('invoice_payment')
        .filter(
          (one) =>
            (input.invoice === undefined || one.invoice === input.invoice) &&
            (input.status === undefined || one.status === input.status) &&
            (input.payment === undefined ||
              (one.payment.type === input.payment.type &&
                (input.payment.payment_intent === undefined ||
                  one.payment.payment_intent === input.payment.payment_intent))) &&
            wasCreated(one, input.created),
        )
      return listPage(payments, url, input)
    },
  ),
]
