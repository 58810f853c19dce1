import { Stripe } from 'stripe'
import type { SavedCharge, SavedChargeResult, SavedPaymentPort } from '../saved-payment-port.js'
import { idOf } from './read-objects.js'
import { readTopUp } from './read-payments.js'
import { readPaymentMethod } from './read-subscription.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'
import { toStripe } from './stripe-amounts.js'

const STATUSES: Record<string, SavedChargeResult['status']> = {
  succeeded: 'SUCCEEDED',
  processing: 'PENDING',
  requires_capture: 'PENDING',
  // The customer is absent and cannot confirm it.
  requires_action: 'AUTHENTICATION_REQUIRED',
  requires_confirmation: 'AUTHENTICATION_REQUIRED',
  canceled: 'CANCELED',
}

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
      readResult(
        await call('payment_intents.create', () =>
          client.paymentIntents.create(...chargeParameters(charge)).catch(intentOfDecline),
        ),
      ),
    findSavedCharge: async ({ topUpId, customerId }, since) => {
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
        if (topUp && (status === 'SUCCEEDED' || status === 'PENDING')) yield { paymentId: intent.id, topUp }
      }
    },
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
      metadata: { top_up_id: charge.topUpId, account_id: charge.accountId, terms: JSON.stringify(charge.terms) },
    },
    { idempotencyKey: charge.topUpId },
  ]
}

/** Stripe responds to a decline with an error that contains the payment intent. */
function intentOfDecline(error: unknown): Stripe.PaymentIntent {
  if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) return error.payment_intent
  throw error
}

function readResult(intent: Stripe.PaymentIntent): SavedChargeResult {
  const declined =
    intent.last_payment_error?.code === 'authentication_required' ? 'AUTHENTICATION_REQUIRED' : 'DECLINED'
  return { paymentId: intent.id, status: STATUSES[intent.status] ?? declined }
}
