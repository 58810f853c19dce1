import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'

/** Input of a payment intent. */
export interface PaymentIntentInput {
  amount: number
  currency: string
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  setupFutureUsage: Stripe.PaymentIntent.SetupFutureUsage | null
  receiptEmail?: string | null
  /** States whether methods with a redirect are allowed. Null: the methods are those of an invoice or a page. */
  redirects: 'always' | 'never' | null
  /** The invoice that it pays. */
  invoice?: string
  statementDescriptor?: string | null
  statementDescriptorSuffix?: string | null
}

/** Creates an unpaid payment intent and publishes its event. */
export function createPaymentIntent(world: SandboxState, input: PaymentIntentInput): Stripe.PaymentIntent {
  const intent = world.store.put('payment_intent', buildPaymentIntent(world, input))
  emitEvent(world, 'payment_intent.created', intent)
  return intent
}

/** Complete unpaid payment intent. */
function buildPaymentIntent(world: SandboxState, input: PaymentIntentInput): Stripe.PaymentIntent {
  const id = world.ids.next('pi')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: input.redirects === null ? null : { allow_redirects: input.redirects, enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.invoice === undefined ? 'automatic_async' : 'automatic',
    client_secret: `${id}_secret_${world.ids.next('secret').slice(7)}`,
    confirmation_method: 'automatic',
    created: world.clock.seconds,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    ...(input.invoice === undefined
      ? {}
      : { payment_details: { customer_reference: null, order_reference: input.invoice } }),
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'us_bank_account'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: input.setupFutureUsage,
    shipping: null,
    source: null,
    statement_descriptor: input.statementDescriptor ?? null,
    statement_descriptor_suffix: input.statementDescriptorSuffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}
