import { checkValue } from '#contract/check-value.js'
import { stripeContract } from '#contract/contract.js'
import type { Operation } from '#contract/shape.js'
import type { SandboxState } from '#sandbox-state.js'

/** Records the violations of Stripe's schema by a response, if the world collects them. */
export function checkAnswer(
  { violations }: SandboxState,
  route: string,
  operation: Operation | undefined,
  answer: object,
): void {
  // Thin events are the one thing of version 2 here, and shared payment tokens that of a preview; the contract describes neither.
  if (violations === null || route.includes(' /v2/') || route.includes('/shared_payment/')) return
  if (operation === undefined) violations.push(`${route} is not described by the contract`)
  else violations.push(...checkValue(operation.response, answer).map((found) => `${route}: ${found}`))
}

/** The same for an event and the object that it carries. */
export function checkEvent({ violations }: SandboxState, event: { type: string; data: { object: object } }): void {
  if (violations === null) return
  const { events } = stripeContract()
  const shape = events[event.type]
  if (shape === undefined) violations.push(`${event.type} is no event of Stripe's`)
  else violations.push(...checkValue(shape, event.data.object).map((found) => `${event.type}: ${found}`))
  violations.push(...checkValue('#Event', event).map((found) => `${event.type}: the event's ${found}`))
}
