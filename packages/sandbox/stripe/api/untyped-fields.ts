import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { disputeOf } from '../disputes/transition-dispute.js'

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
      destination: null,
      dispute: disputeOf(world, id)?.id ?? null,
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

/** An object as Stripe sends it: with the fields that its types leave out, and the sizes of lists within objects. */
export function withUntypedFields(world: SandboxState, object: object, isWithin = false): object {
  if (Array.isArray(object)) return object.map((one: unknown) => completed(world, one))
  const whole = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, completed(world, value)])) as Json
  const { object: name, data } = whole
  const extra = typeof name === 'string' ? DIFFERENCES[name]?.(world, whole) : undefined
  if (isWithin && name === 'list' && Array.isArray(data)) return { ...whole, total_count: data.length }
  return extra === undefined ? whole : { ...whole, ...extra }
}

function completed(world: SandboxState, value: unknown): unknown {
  return typeof value === 'object' && value !== null ? withUntypedFields(world, value, true) : value
}
