import { Stripe } from 'stripe'
import type { SavedCharge, SavedPaymentPort } from '../saved-payment-port.js'
import {
  chargeByInvoice,
  findInvoiceCharge,
  invoiceCharges,
  metadataOf,
  readInvoiceCharge,
  readResult,
} from './stripe-invoice-charges.js'
import { idOf } from './read-objects.js'
import { readTopUp } from './read-payments.js'
import { readPaymentMethod } from './read-subscription.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'
import { toStripe } from './stripe-amounts.js'

/** Charges by payment intents without a page. */
export function stripeSavedPayments(client: Stripe, call: CallStripe): SavedPaymentPort {
  return {
    savedMethodOf: async (subscriptionId) => {
      const subscription = await orNull(
        call('subscriptions.retrieve', () =>
          client.subscriptions.retrieve(subscriptionId, { expand: ['default_payment_method'] }),
        ),
      )
      if (!subscription) return null
      const customerId = idOf(subscription.customer)!
      const own = subscription.default_payment_method
      const method = own && typeof own !== 'string' ? own : await methodOfCustomer(client, call, customerId)
      const stored = readPaymentMethod(method)
      return method && stored ? { customerId, methodId: method.id, method: stored } : null
    },
    chargeSaved: async (charge) =>
      charge.taxes
        ? chargeByInvoice(client, call, charge)
        : readResult(
            await call('payment_intents.create', () =>
              client.paymentIntents.create(...chargeParameters(charge)).catch(intentOfDecline),
            ),
          ),
    findSavedCharge: async ({ topUpId, customerId, isTaxed }, since) => {
      if (isTaxed) {
        const invoice = await findInvoiceCharge(client, call, { topUpId, customerId }, since)
        return invoice && readInvoiceCharge(client, call, invoice.id)
      }
      const created = { gte: Math.floor(since.getTime() / 1000) }
      for await (const intent of pages(call, 'payment_intents.list', (after) =>
        client.paymentIntents.list({ customer: customerId, created, limit: 100, ...after }),
      ))
        if (intent.metadata['top_up_id'] === topUpId) return readResult(intent)
      return null
    },
    async *listSavedCharges(customerId, since) {
      const created = { gte: Math.floor(since.getTime() / 1000) }
      for await (const intent of pages(call, 'payment_intents.list', (after) =>
        client.paymentIntents.list({ customer: customerId, created, limit: 100, ...after }),
      )) {
        const topUp = readTopUp(intent.metadata)
        const { status } = readResult(intent)
        if (topUp && (status === 'SUCCEEDED' || status === 'PENDING'))
          yield { paymentId: intent.id, invoiceId: null, topUp }
      }
      for await (const invoice of invoiceCharges(client, call, customerId, since)) {
        const charge = await readInvoiceCharge(client, call, invoice.id)
        if (charge.status === 'SUCCEEDED' || charge.status === 'PENDING')
          yield { ...charge, topUp: readTopUp(invoice.metadata ?? {})! }
      }
    },
    readInvoiceCharge: (invoiceId) => readInvoiceCharge(client, call, invoiceId),
    cancelSavedCharge: async (paymentId) => {
      await call('payment_intents.cancel', () => client.paymentIntents.cancel(paymentId)).catch(
        async (error: unknown) => {
          const intent = await call('payment_intents.retrieve', () => client.paymentIntents.retrieve(paymentId))
          if (intent.status !== 'canceled') throw error
        },
      )
    },
  }
}

/** The default payment method of a customer. Null if it has none. */
export async function methodOfCustomer(
  client: Stripe,
  call: CallStripe,
  customerId: string,
): Promise<Stripe.PaymentMethod | null> {
  const customer = await call('customers.retrieve', () =>
    client.customers.retrieve(customerId, { expand: ['invoice_settings.default_payment_method'] }),
  )
  if (customer.deleted) return null
  const method = customer.invoice_settings.default_payment_method
  return method && typeof method !== 'string' ? method : null
}

function chargeParameters(charge: SavedCharge): [Stripe.PaymentIntentCreateParams, Stripe.RequestOptions] {
  return [
    {
      amount: toStripe(charge.money),
      currency: charge.money.currency.toLowerCase(),
      customer: charge.customerId,
      payment_method: charge.methodId,
      confirm: true,
      off_session: true,
      // The customer is absent and cannot be redirected to a page of a payment method.
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      description: charge.description,
      metadata: metadataOf(charge),
    },
    { idempotencyKey: charge.topUpId },
  ]
}

/** Stripe responds to a decline with an error that contains the payment intent. */
export function intentOfDecline(error: unknown): Stripe.PaymentIntent {
  if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) return error.payment_intent
  throw error
}
