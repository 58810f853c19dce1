import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { boolean, clearable, created, mergeMetadata, metadata, paging, text, unsupported, url } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing, StripeError } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { resolvePaymentMethod } from '../payment-methods/attach.js'
import { createPaymentMethod, paymentMethodData } from '../payment-methods/payment-method.input.js'
import { declinedFields } from '../payment-methods/decline.js'
import { requireReturnUrl } from '../payment-methods/require-return-url.js'
import { attemptSetupIntent, cancelSetupIntent } from './transition-setup-intent.js'
import { createSetupIntent } from './setup-intent.object.js'

const confirming = {
  payment_method: text.optional(),
  payment_method_data: paymentMethodData.optional(),
  return_url: url.optional(),
  use_stripe_sdk: boolean.optional(),
}

/** Setup intents: create, retrieve, update, confirm, cancel, list. */
export const setupIntentRoutes = [
  route(
    'POST',
    '/v1/setup_intents',
    z.strictObject({
      ...confirming,
      confirm: boolean.default(false),
      customer: text.optional(),
      description: clearable.optional(),
      metadata: metadata.optional(),
      usage: z.enum(['off_session', 'on_session']).default('off_session'),
      automatic_payment_methods: z
        .strictObject({ enabled: boolean, allow_redirects: z.enum(['always', 'never']).optional() })
        .optional(),
    }),
    (world, { input }) => {
      if (input.customer !== undefined) requireCustomer(world, input.customer, 'customer', 400)
      const intent = createSetupIntent(world, {
        customer: input.customer ?? null,
        description: input.description ?? null,
        metadata: mergeMetadata({}, input.metadata),
        redirects: input.automatic_payment_methods?.allow_redirects ?? 'always',
        usage: input.usage,
      })
      const method = methodOf(world, input)
      if (method !== null)
        changeObject(world, 'setup_intent', intent.id, { payment_method: method.id, status: 'requires_confirmation' })
      return input.confirm ? confirm(world, intent.id, input) : world.store.need('setup_intent', intent.id)
    },
  ),
  route('GET', '/v1/setup_intents/:intent', z.strictObject({ client_secret: text.optional() }), (world, { path }) =>
    requireIntent(world, path['intent'] ?? ''),
  ),
  route(
    'POST',
    '/v1/setup_intents/:intent',
    z.strictObject({
      customer: text.optional(),
      description: clearable.optional(),
      metadata: metadata.optional(),
      payment_method: text.optional(),
    }),
    (world, { path, input }) => {
      const before = requireIntent(world, path['intent'] ?? '')
      const method = methodOf(world, input)
      return changeObject(world, 'setup_intent', before.id, {
        ...(input.customer === undefined
          ? {}
          : { customer: requireCustomer(world, input.customer, 'customer', 400).id }),
        ...(input.description === undefined ? {} : { description: input.description }),
        ...(method === null ? {} : { payment_method: method.id, status: 'requires_confirmation' as const }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      }).object
    },
  ),
  route('POST', '/v1/setup_intents/:intent/confirm', z.strictObject(confirming), (world, { path, input }) =>
    confirm(world, requireIntent(world, path['intent'] ?? '').id, input),
  ),
  route(
    'POST',
    '/v1/setup_intents/:intent/cancel',
    z.strictObject({ cancellation_reason: z.enum(['abandoned', 'duplicate', 'requested_by_customer']).optional() }),
    (world, { path, input }) =>
      cancelSetupIntent(world, requireWaiting(world, path['intent'] ?? '').id, input.cancellation_reason ?? null),
  ),
  route(
    'GET',
    '/v1/setup_intents',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      payment_method: text.optional(),
      attach_to_self: unsupported,
      customer_account: unsupported,
    }),
    (world, { input, url }) =>
      listPage(
        world.store
          .newest('setup_intent')
          .filter(
            (one) =>
              (input.customer === undefined || one.customer === input.customer) &&
              (input.payment_method === undefined || one.payment_method === input.payment_method) &&
              wasCreated(one, input.created),
          ),
        url,
        input,
      ),
  ),
]

interface Confirmation {
  payment_method?: string | undefined
  payment_method_data?: z.output<typeof paymentMethodData> | undefined
  return_url?: string | undefined
}

function confirm(world: SandboxState, id: string, input: Confirmation): Stripe.SetupIntent | StripeError {
  const intent = requireWaiting(world, id)
  const method = methodOf(world, input) ?? world.store.get('payment_method', idOf(intent.payment_method) ?? '') ?? null
  if (method === null)
    throw invalid('You cannot confirm this SetupIntent because it is missing a payment method.', 'payment_method')
  requireReturnUrl(intent, input)
  const moved = attemptSetupIntent(world, id, method, input.return_url ?? null)
  const error = moved.last_setup_error
  if (moved.status !== 'requires_payment_method' || error === null) return moved
  return new StripeError(402, 'card_error', {
    ...declinedFields(error),
    setup_intent: moved,
  })
}

function methodOf(world: SandboxState, input: Confirmation): Stripe.PaymentMethod | null {
  if (input.payment_method_data !== undefined) return createPaymentMethod(world, input.payment_method_data)
  return input.payment_method === undefined ? null : resolvePaymentMethod(world, input.payment_method)
}

function requireWaiting(world: SandboxState, id: string): Stripe.SetupIntent {
  const intent = requireIntent(world, id)
  if (intent.status !== 'succeeded' && intent.status !== 'canceled') return intent
  throw new StripeError(400, 'invalid_request_error', {
    code: 'setup_intent_unexpected_state',
    message: `You cannot do this because this SetupIntent has a status of ${intent.status}.`,
    setup_intent: intent,
  })
}

function requireIntent(world: SandboxState, id: string): Stripe.SetupIntent {
  const intent = world.store.get('setup_intent', id)
  if (intent === undefined) throw missing('setup_intent', id, 'intent')
  return intent
}
