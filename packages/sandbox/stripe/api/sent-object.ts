import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { isBookedLate } from '../charges/late-bookings.js'
import type { Release } from './api-version.js'
import { olderFields } from './older-versions/older-fields.js'

type Json = Record<string, unknown>

/** Fields by the name of an object, in which Stripe's responses differ from the types of its SDK, as recordings of 2025 and 2026 show. */
const DIFFERENCES: Record<string, (world: SandboxState, object: Json) => Json> = {
  subscription: (_world, subscription) => {
    const { items } = subscription as unknown as Stripe.Subscription
    const [item, ...others] = items.data
    const only = others.length === 0 ? item : undefined
    return { plan: only?.plan ?? null, quantity: only?.quantity ?? null }
  },
  charge: (world, charge) => {
    const { id, outcome } = charge as unknown as Stripe.Charge
    return {
      ...(isBookedLate(world, id) ? { balance_transaction: null } : {}),
      destination: null,
      dispute: world.store.by('dispute', 'charge', id).at(-1)?.id ?? null,
      order: null,
      outcome: { ...outcome, risk_score: RISK_SCORE },
    }
  },
  balance_transaction: (world, transaction) => ({
    status: Number(transaction['available_on']) <= world.clock.seconds ? 'available' : 'pending',
  }),
  line_item: () => ({ subscription: undefined }),
}

const RISK_SCORE = 24

/**
 * An object as Stripe sends it: with the fields that its types leave out, the fields of an older release, and the sizes of
 * lists within objects. An event keeps the form in which it happened.
 */
export function sentObject(world: SandboxState, object: object, release: Release = 'endive', isWithin = false): object {
  if (Array.isArray(object)) return object.map((one: unknown) => completed(world, one, release))
  const given = object as Json
  if (isWithin && given['object'] === 'event') return given
  const entries = Object.entries(given).map(([key, value]) => [key, completed(world, value, release)])
  const whole = Object.fromEntries(entries) as Json
  const { object: name, data } = whole
  if (typeof name !== 'string') return whole
  if (isWithin && name === 'list' && Array.isArray(data)) return { ...whole, total_count: data.length }
  // An older field that the call expanded is there already.
  const older = Object.entries(olderFields(world, release, given)).filter(([key]) => typeof whole[key] !== 'object')
  return { ...whole, ...DIFFERENCES[name]?.(world, given), ...Object.fromEntries(older) }
}

function completed(world: SandboxState, value: unknown, release: Release): unknown {
  return typeof value === 'object' && value !== null ? sentObject(world, value, release, true) : value
}
