import type { Stripe } from 'stripe'
import type { CallStripe } from './stripe-errors.js'

/** The payment of an invoice. Fetched only while the invoice is unpaid. */
export async function intentOf(
  client: Stripe,
  call: CallStripe,
  invoice: string,
): Promise<Stripe.PaymentIntent | null> {
  const payments = await call('invoicePayments.list', () =>
    client.invoicePayments.list({ invoice, limit: 1, expand: ['data.payment.payment_intent'] }),
  )
  const intent = payments.data[0]?.payment.payment_intent
  return typeof intent === 'object' ? intent : null
}
