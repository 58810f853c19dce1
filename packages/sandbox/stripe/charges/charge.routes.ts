import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { clearable, created, mergeMetadata, metadata, paging, text } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'

/** Charges: retrieve, update, list by customer or payment intent. They are made by payment intents only. */
export const chargeRoutes = [
  route('GET', '/v1/charges/:charge', z.strictObject({}), (world, { path }) =>
    requireCharge(world, path['charge'] ?? ''),
  ),
  route(
    'POST',
    '/v1/charges/:charge',
    z.strictObject({
      description: clearable.optional(),
      receipt_email: clearable.optional(),
      metadata: metadata.optional(),
    }),
    (world, { path, input }) => {
      const before = requireCharge(world, path['charge'] ?? '')
      const { object, previous } = changeObject(world, 'charge', before.id, {
        ...(input.description === undefined ? {} : { description: input.description }),
        ...(input.receipt_email === undefined ? {} : { receipt_email: input.receipt_email }),
        metadata: mergeMetadata(before.metadata, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'charge.updated', object, previous)
      return object
    },
  ),
  route(
    'GET',
    '/v1/charges',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      payment_intent: text.optional(),
    }),
    (world, { input, url }) => {
      const known =
        input.payment_intent === undefined
          ? world.store.newest('charge')
          : world.store.by('charge', 'payment_intent', input.payment_intent).toReversed()
      const charges = known.filter(
        (one) =>
          (input.customer === undefined || idOf(one.customer) === input.customer) && wasCreated(one, input.created),
      )
      return listPage(charges, url, input)
    },
  ),
]

function requireCharge(world: SandboxState, id: string): Stripe.Charge {
  const charge = world.store.get('charge', id)
  if (charge === undefined) throw missing('charge', id, 'charge')
  return charge
}
