import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { created, integer, mergeMetadata, metadata, paging, text } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { announceRefund } from './announce-refund.js'
import { createRefund } from './create-refund.js'

/** Refunds: create for a charge or a payment intent, retrieve, update metadata, list. */
export const refundRoutes = [
  route(
    'POST',
    '/v1/refunds',
    z.strictObject({
      charge: text.optional(),
      payment_intent: text.optional(),
      amount: integer.optional(),
      reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
      metadata: metadata.optional(),
    }),
    (world, { input }) =>
      createRefund(world, chargeOf(world, input), {
        amount: input.amount,
        reason: input.reason ?? null,
        metadata: mergeMetadata({}, input.metadata),
      }),
  ),
  route('GET', '/v1/refunds/:refund', z.strictObject({}), (world, { path }) =>
    requireRefund(world, path['refund'] ?? ''),
  ),
  route('POST', '/v1/refunds/:refund', z.strictObject({ metadata: metadata.optional() }), (world, { path, input }) => {
    const before = requireRefund(world, path['refund'] ?? '')
    const { object, previous } = changeObject(world, 'refund', before.id, {
      metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
    })
    if (Object.keys(previous).length > 0) announceRefund(world, object, previous)
    return object
  }),
  route(
    'GET',
    '/v1/refunds',
    z.strictObject({ ...paging, created, charge: text.optional(), payment_intent: text.optional() }),
    (world, { input, url }) => {
      const known =
        input.charge === undefined
          ? world.store.newest('refund')
          : world.store.by('refund', 'charge', input.charge).toReversed()
      const refunds = known.filter(
        (one) =>
          (input.payment_intent === undefined || idOf(one.payment_intent) === input.payment_intent) &&
          wasCreated(one, input.created),
      )
      return listPage(refunds, url, input)
    },
  ),
]

function chargeOf(
  world: SandboxState,
  { charge: id, payment_intent }: { charge?: string | undefined; payment_intent?: string | undefined },
): Stripe.Charge {
  if (id !== undefined) {
    const charge = world.store.get('charge', id)
    if (charge === undefined) throw missing('charge', id, 'charge')
    return charge
  }
  if (payment_intent === undefined)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.')
  const intent = world.store.get('payment_intent', payment_intent)
  if (intent === undefined) throw missing('payment_intent', payment_intent, 'payment_intent')
  const charge = world.store.get('charge', idOf(intent.latest_charge) ?? '')
  if (charge === undefined || intent.status !== 'succeeded')
    throw invalid('This PaymentIntent does not have a successful charge to refund.', 'payment_intent')
  return charge
}

function requireRefund(world: SandboxState, id: string): Stripe.Refund {
  const refund = world.store.get('refund', id)
  if (refund === undefined) throw missing('refund', id, 'refund')
  return refund
}
