import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from './emit-event.js'

/** The usual order of events: each pattern before the next, and everything else at the end. */
export type EventOrder = readonly RegExp[]

const PAID = /^charge\.(?:succeeded|failed|pending)$/
const KEPT = /^(?:payment_method|setup_intent)\./
const CUSTOMER = /^customer\.(?:created|updated)$/
const COMPLETED = /^checkout\.session\./
const INTENTS = [/^payment_intent\.(?!created)/, /^payment_intent\./] as const

/** The start of a subscription, as recordings of 2025 and 2026 show it. */
export const START: EventOrder = [
  /^(?:product|price|plan)\./,
  PAID,
  KEPT,
  CUSTOMER,
  COMPLETED,
  /^customer\./,
  ...INTENTS,
  /^invoiceitem\./,
  /^invoice\./,
]

/** The payment of a checkout without a subscription, by the same recordings. */
export const PURCHASE: EventOrder = [PAID, KEPT, CUSTOMER, /^customer\./, ...INTENTS, COMPLETED]

/**
 * Runs a rule and publishes its events in a usual order afterwards. A subscription that it creates is announced in its
 * final state: a change of it within the rule is no event of its own.
 */
export function publishInOrder<T>(world: SandboxState, order: EventOrder, rule: () => T): T {
  if (world.held !== null) return rule()
  const held: NonNullable<SandboxState['held']> = []
  world.held = held
  let result: T
  try {
    result = rule()
  } finally {
    world.held = null
  }
  const created = held.find(({ type }) => type === 'customer.subscription.created')
  const id = (created?.object as { id: string } | undefined)?.id
  const published = held.filter(
    ({ type, object }) => type !== 'customer.subscription.updated' || (object as { id: string }).id !== id,
  )
  const rank = (type: string) => {
    const found = order.findIndex((pattern) => pattern.test(type))
    return found < 0 ? order.length : found
  }
  for (const { type, object, previous } of published.toSorted((one, other) => rank(one.type) - rank(other.type)))
    emitEvent(world, type, type === created?.type ? world.store.need('subscription', id ?? '') : object, previous)
  return result
}
