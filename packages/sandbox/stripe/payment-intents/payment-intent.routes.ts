import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import {
  BELOW_MINIMUM,
  TOO_SMALL,
  amount,
  boolean,
  clearable,
  created,
  currency,
  integer,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
  url,
} from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing, StripeError } from '../api/stripe-error.js'
import { followIntent } from '../collection/collect-invoice.js'
import { requireCustomer } from '../customers/require-customer.js'
import { requireChargeable } from '../minimum-charge.js'
import { resolvePaymentMethod } from '../payment-methods/attach.js'
import { createPaymentMethod, paymentMethodData } from '../payment-methods/payment-method.input.js'
import { declinedFields } from '../payment-methods/decline.js'
import { requireReturnUrl } from '../payment-methods/require-return-url.js'
import { chargedMethod, spendToken, spendableToken } from '../granted-tokens/granted-token.object.js'
import { cancelPaymentIntent } from './cancel-payment-intent.js'
import { attemptPaymentIntent } from './transition-payment-intent.js'
import { createPaymentIntent } from './payment-intent.object.js'

const confirming = {
  payment_method: text.optional(),
  payment_method_data: paymentMethodData.optional(),
  off_session: boolean.optional(),
  return_url: url.optional(),
  use_stripe_sdk: boolean.optional(),
  receipt_email: clearable.optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
}

const creation = z.strictObject({
  ...confirming,
  amount: integer.refine((value) => value !== 0, BELOW_MINIMUM).pipe(z.number().min(1, `${TOO_SMALL} 1.`)),
  currency,
  confirm: boolean.default(false),
  customer: text.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
  statement_descriptor_suffix: text.optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: boolean, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  confirmation_method: z.literal('automatic').optional(),
  shared_payment_granted_token: text.optional(),
})

/** Payment intents: create, retrieve, update, confirm, cancel, list. Capturing later is not part of the sandbox. */
export const paymentIntentRoutes = [
  route('POST', '/v1/payment_intents', creation, (world, { input }) => {
    if (input.customer !== undefined) requireCustomer(world, input.customer, 'customer', 400)
    requireChargeable(input.amount, input.currency, 'amount')
    const token = input.shared_payment_granted_token
    const granted = token === undefined ? null : spendableToken(world, token, input)
    const intent = createPaymentIntent(world, {
      amount: input.amount,
      currency: input.currency,
      customer: input.customer ?? null,
      description: input.description ?? null,
      metadata: mergeMetadata({}, input.metadata),
      setupFutureUsage: input.setup_future_usage ?? null,
      receiptEmail: input.receipt_email ?? null,
      redirects: input.automatic_payment_methods?.allow_redirects ?? 'always',
      statementDescriptor: input.statement_descriptor ?? null,
      statementDescriptorSuffix: input.statement_descriptor_suffix ?? null,
    })
    const method = granted ? chargedMethod(world, granted) : methodOf(world, intent, input)
    if (method !== null) choose(world, intent, method)
    const paid = input.confirm ? confirm(world, intent.id, input) : world.store.need('payment_intent', intent.id)
    if (granted && !(paid instanceof StripeError)) spendToken(world, granted, input.amount)
    return paid
  }),
  route(
    'GET',
    '/v1/payment_intents/:intent',
    z.strictObject({ client_secret: text.optional(), include: unsupported }),
    (world, { path }) => requireIntent(world, path['intent'] ?? ''),
  ),
  route(
    'POST',
    '/v1/payment_intents/:intent',
    z.strictObject({
      amount: amount.optional(),
      currency: currency.optional(),
      customer: text.optional(),
      description: clearable.optional(),
      metadata: metadata.optional(),
      payment_method: text.optional(),
      receipt_email: clearable.optional(),
      setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
    }),
    (world, { path, input }) => update(world, requireIntent(world, path['intent'] ?? ''), input),
  ),
  route(
    'POST',
    '/v1/payment_intents/:intent/confirm',
    z.strictObject({ ...confirming, amount_to_confirm: unsupported }),
    (world, { path, input }) => confirm(world, requireIntent(world, path['intent'] ?? '').id, input),
  ),
  route(
    'POST',
    '/v1/payment_intents/:intent/cancel',
    z.strictObject({
      cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    }),
    (world, { path, input }) => {
      const intent = requireIntent(world, path['intent'] ?? '')
      if (!isWaiting(intent)) throw unexpectedState(intent, 'cancel')
      return cancelPaymentIntent(world, intent.id, input.cancellation_reason ?? null)
    },
  ),
  route(
    'GET',
    '/v1/payment_intents',
    z.strictObject({ ...paging, created, customer: text.optional(), customer_account: unsupported }),
    (world, { input, url }) =>
      listPage(
        world.store
          .newest('payment_intent')
          .filter(
            (one) =>
              (input.customer === undefined || one.customer === input.customer) && wasCreated(one, input.created),
          ),
        url,
        input,
      ),
  ),
]

interface Confirmation {
  payment_method?: string | undefined
  payment_method_data?: z.output<typeof paymentMethodData> | undefined
  off_session?: boolean | undefined
  return_url?: string | undefined
}

/** Attempts to pay. A decline returns a card error and keeps its changes. */
function confirm(world: SandboxState, id: string, input: Confirmation): Stripe.PaymentIntent | StripeError {
  const intent = world.store.need('payment_intent', id)
  if (!isWaiting(intent)) throw unexpectedState(intent, 'confirm')
  const method = methodOf(world, intent, input) ?? chosen(world, intent)
  if (method === null) {
    throw invalid(
      'You cannot confirm this PaymentIntent because it is missing a payment method.',
      'payment_method',
      'payment_intent_unexpected_state',
    )
  }
  requireReturnUrl(intent, input)
  const moved =
    input.off_session === true
      ? attemptPaymentIntent(world, id, method, 'off_session', 'declines')
      : attemptPaymentIntent(world, id, method, 'on_session', 'waits', input.return_url ?? null)
  followIntent(world, id)
  if (moved.status === 'requires_payment_method') return declined(moved)
  return moved
}

/** 402 that contains the intent, as Stripe responds to a decline. */
function declined(intent: Stripe.PaymentIntent): StripeError {
  const error = intent.last_payment_error
  return new StripeError(402, 'card_error', {
    ...declinedFields(error),
    payment_intent: intent,
  })
}

function update(
  world: SandboxState,
  before: Stripe.PaymentIntent,
  input: {
    amount?: number | undefined
    currency?: string | undefined
    customer?: string | undefined
    description?: string | null | undefined
    metadata?: Record<string, string> | null | undefined
    payment_method?: string | undefined
    receipt_email?: string | null | undefined
    setup_future_usage?: 'off_session' | 'on_session' | undefined
  },
): Stripe.PaymentIntent {
  const { metadata: change, payment_method, ...given } = input
  const movesMoney = given.amount !== undefined || given.currency !== undefined || payment_method !== undefined
  if (movesMoney && !isWaiting(before)) throw unexpectedState(before, 'update')
  if (given.customer !== undefined) requireCustomer(world, given.customer, 'customer', 400)
  const { object } = changeObject(world, 'payment_intent', before.id, {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    metadata: mergeMetadata(before.metadata, change),
  })
  return payment_method === undefined ? object : choose(world, object, resolvePaymentMethod(world, payment_method))
}

function choose(world: SandboxState, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): Stripe.PaymentIntent {
  return changeObject(world, 'payment_intent', intent.id, {
    payment_method: method.id,
    status: 'requires_confirmation',
  }).object
}

function chosen(world: SandboxState, intent: Stripe.PaymentIntent): Stripe.PaymentMethod | null {
  return world.store.get('payment_method', idOf(intent.payment_method) ?? '') ?? null
}

function methodOf(world: SandboxState, intent: Stripe.PaymentIntent, input: Confirmation): Stripe.PaymentMethod | null {
  if (input.payment_method_data !== undefined) return createPaymentMethod(world, input.payment_method_data)
  if (input.payment_method === undefined) return null
  const method = resolvePaymentMethod(world, input.payment_method)
  const owner = idOf(method.customer)
  if (owner !== null && owner !== idOf(intent.customer)) {
    throw invalid(
      'The provided PaymentMethod cannot be attached. To reuse a PaymentMethod, you must attach it to a Customer first.',
      'payment_method',
    )
  }
  return method
}

function isWaiting({ status }: Stripe.PaymentIntent): boolean {
  return status === 'requires_payment_method' || status === 'requires_confirmation' || status === 'requires_action'
}

function unexpectedState(intent: Stripe.PaymentIntent, verb: string): StripeError {
  return new StripeError(400, 'invalid_request_error', {
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: intent,
  })
}

function requireIntent(world: SandboxState, id: string): Stripe.PaymentIntent {
  const intent = world.store.get('payment_intent', id)
  if (intent === undefined) throw missing('payment_intent', id, 'intent')
  return intent
}
