import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { integer, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing, StripeError } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { cardOf } from '../payment-intents/decide-attempt.js'
import { attachPaymentMethod, detachPaymentMethod, resolvePaymentMethod } from './attach.js'
import { billingDetails, createPaymentMethod, paymentMethodData } from './payment-method.input.js'
import { declineOf } from './decline.js'

const listing = z.strictObject({ ...paging, type: text.optional(), allow_redisplay: unsupported })

/** Payment methods: create, retrieve, update, attach, detach, list for a customer. */
export const paymentMethodRoutes = [
  route('POST', '/v1/payment_methods', paymentMethodData, (world, { input }) => createPaymentMethod(world, input)),
  route('GET', '/v1/payment_methods/:method', z.strictObject({}), (world, { path }) =>
    requireMethod(world, path['method'] ?? ''),
  ),
  route(
    'POST',
    '/v1/payment_methods/:method',
    z.strictObject({
      billing_details: billingDetails.optional(),
      metadata: metadata.optional(),
      card: z
        .strictObject({ exp_month: integer.optional(), exp_year: integer.optional(), networks: unsupported })
        .optional(),
      allow_redisplay: unsupported,
      us_bank_account: unsupported,
    }),
    (world, { path, input }) => {
      const before = requireMethod(world, path['method'] ?? '')
      const { email, name } = input.billing_details ?? {}
      const { object, previous } = changeObject(world, 'payment_method', before.id, {
        billing_details: {
          ...before.billing_details,
          ...(email === undefined ? {} : { email }),
          ...(name === undefined ? {} : { name }),
        },
        ...(before.card === undefined || input.card === undefined
          ? {}
          : {
              card: {
                ...before.card,
                exp_month: input.card.exp_month ?? before.card.exp_month,
                exp_year: input.card.exp_year ?? before.card.exp_year,
              },
            }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'payment_method.updated', object, previous)
      return object
    },
  ),
  route(
    'POST',
    '/v1/payment_methods/:method/attach',
    z.strictObject({ customer: text, customer_account: unsupported }),
    (world, { path, input }) => {
      requireCustomer(world, input.customer, 'customer', 400)
      const method = resolvePaymentMethod(world, path['method'] ?? '', 'payment_method', 404)
      refuseDeclined(world, method)
      return attachPaymentMethod(world, method.id, input.customer)
    },
  ),
  route('POST', '/v1/payment_methods/:method/detach', z.strictObject({}), (world, { path }) => {
    const method = requireMethod(world, path['method'] ?? '')
    if (method.customer === null) {
      throw invalid(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        'payment_method',
      )
    }
    return detachPaymentMethod(world, method)
  }),
  route(
    'GET',
    '/v1/payment_methods',
    z.strictObject({ ...listing.shape, customer: text.optional(), customer_account: unsupported }),
    (world, { input, url }) => listPage(methodsOf(world, input.customer, input.type), url, input),
  ),
  route('GET', '/v1/customers/:customer/payment_methods', listing, (world, { path, input, url }) =>
    listPage(methodsOf(world, requireCustomer(world, path['customer'] ?? '').id, input.type), url, input),
  ),
  route('GET', '/v1/customers/:customer/payment_methods/:method', z.strictObject({}), (world, { path }) => {
    const method = requireMethod(world, path['method'] ?? '')
    if (method.customer !== path['customer']) throw missing('payment_method', method.id)
    return method
  }),
]

/** A card that declines everything cannot be attached, because Stripe checks it with its bank. */
function refuseDeclined(world: SandboxState, method: Stripe.PaymentMethod): void {
  const card = cardOf(world, method.id)
  if (card?.atCheckout !== 'declined') return
  throw new StripeError(402, 'card_error', declineOf(world, card.declineCode))
}

function methodsOf(
  world: SandboxState,
  customer: string | undefined,
  type: string | undefined,
): Stripe.PaymentMethod[] {
  const methods =
    customer === undefined
      ? world.store.newest('payment_method')
      : world.store.by('payment_method', 'customer', customer).toReversed()
  return methods.filter((one) => type === undefined || one.type === type)
}

function requireMethod(world: SandboxState, id: string): Stripe.PaymentMethod {
  const method = world.store.get('payment_method', id)
  if (method === undefined) throw missing('PaymentMethod', id, 'payment_method')
  return method
}
