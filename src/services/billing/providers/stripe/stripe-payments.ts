import type { Stripe } from 'stripe'
import type { FetchedInvoice, FetchedPayment, NewRefund, PaymentsPort } from '../payments-port.js'
import { idOf } from './read-objects.js'
import { readPromotion } from './read-promotion.js'
import { readDispute, readInvoice, readPayment, readRefund } from './read-payments.js'
import { orNull } from './stripe-errors.js'
import { toStripe } from './stripe-amounts.js'
import { firstFailure } from './subscription-calls.js'
import { intentOf } from './intent-of-invoice.js'

/** Runs one call, counted under its name, with its failure said in our words. */
export type StripeCall = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** More of either never hang on one payment. */
const ALL = 100

/** The part of the port about money that moved. */
export function stripePayments(client: Stripe, call: StripeCall): PaymentsPort {
  return {
    fetchPayment: async (paymentId, wanted = {}) => {
      const intent = await orNull(
        call('payment_intents.retrieve', () =>
          client.paymentIntents.retrieve(paymentId, { expand: ['latest_charge'] }),
        ),
      )
      if (!intent) return null
      const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
      const payment = readPayment(intent, wanted.invoice ? await invoiceOf(client, call, intent) : null)
      const touched = wanted.history || charge === null || charge.amount_refunded > 0 || charge.disputed
      if (!touched) return { ...payment, refunds: [], disputes: [] }
      return { ...payment, ...(await historyOf(client, call, paymentId)) }
    },
    fetchInvoice: async (externalId) => {
      const invoice = await orNull(
        call('invoices.retrieve', () => client.invoices.retrieve(externalId, { expand: ['payments'] })),
      )
      if (!invoice) return null
      const read = await readWholeInvoice(client, call, invoice)
      const hasFailed = read.status === 'OPEN' && read.subscriptionId === null && read.attempts > 0
      const intent = hasFailed ? await intentOf(client, call, externalId) : null
      return intent ? { ...read, failedAt: await firstFailure(client, call, intent.id) } : read
    },
    refundPayment: async (request) => {
      const refund = await call('refunds.create', () => client.refunds.create(...refundParameters(request)))
      return { externalId: refund.id }
    },
    findPromotion: async (code) => {
      const found = await call('promotion_codes.list', () => client.promotionCodes.list({ code, limit: ALL }))
      const promotion = found.data.find(({ active }) => active) ?? found.data[0]
      if (!promotion) return null
      const couponId = idOf(promotion.promotion.coupon)
      const coupon = couponId ? await call('coupons.retrieve', () => client.coupons.retrieve(couponId)) : null
      return readPromotion(promotion, coupon)
    },
  }
}

/** An invoice with all of its lines and credit notes. */
export async function readWholeInvoice(
  client: Stripe,
  call: StripeCall,
  invoice: Stripe.Invoice,
): Promise<FetchedInvoice> {
  const lines = invoice.lines?.has_more
    ? await call('invoices.lines', () => client.invoices.listLineItems(invoice.id, { limit: ALL }))
    : invoice.lines
  const hasNotes = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount > 0
  const notes = hasNotes
    ? await call('creditNotes.list', () => client.creditNotes.list({ invoice: invoice.id, limit: ALL }))
    : null
  return readInvoice(invoice, lines?.data ?? [], notes?.data.toReversed() ?? [])
}

/** A payment does not contain its invoice: the link is a separate object. A payment of our checkout or top-up has none. */
async function invoiceOf(client: Stripe, call: StripeCall, intent: Stripe.PaymentIntent): Promise<string | null> {
  if (intent.metadata['checkout_id'] ?? intent.metadata['top_up_id']) return null
  const { data } = await call('invoice_payments.list', () =>
    client.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent.id }, limit: 1 }),
  )
  return idOf(data[0]?.invoice)
}

async function historyOf(
  client: Stripe,
  call: StripeCall,
  paymentId: string,
): Promise<Pick<FetchedPayment, 'refunds' | 'disputes'>> {
  const ofPayment = { payment_intent: paymentId, limit: ALL }
  const [refunds, disputes] = await Promise.all([
    call('refunds.list', () => client.refunds.list(ofPayment)),
    call('disputes.list', () => client.disputes.list(ofPayment)),
  ])
  return { refunds: refunds.data.map(readRefund), disputes: disputes.data.map(readDispute) }
}

function refundParameters(request: NewRefund): [Stripe.RefundCreateParams, Stripe.RequestOptions] {
  return [
    {
      payment_intent: request.paymentId,
      amount: toStripe(request),
      metadata: { refund_id: request.refundId, ...(request.reason ? { reason: request.reason.slice(0, 500) } : {}) },
    },
    { idempotencyKey: request.refundId },
  ]
}
