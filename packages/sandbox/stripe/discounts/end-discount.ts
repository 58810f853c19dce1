import { idOf } from '../api/id-of.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import type { SandboxState } from '#sandbox-state.js'

/**
 * Removes a discount from its subscription: it has expired, it was for one invoice only, or its removal was requested.
 */
export function endDiscount(world: SandboxState, id: string): void {
  const discount = world.store.get('discount', id)
  const subscription = world.store.get('subscription', idOf(discount?.subscription) ?? '')
  if (discount === undefined || subscription === undefined) return
  const left = subscription.discounts.filter((one) => idOf(one) !== id)
  if (left.length === subscription.discounts.length) return
  world.due.cancel('discount.end', id)
  const { object, previous } = changeObject(world, 'subscription', subscription.id, { discounts: left })
  emitEvent(world, 'customer.discount.deleted', discount)
  if (subscription.status !== 'canceled') emitEvent(world, 'customer.subscription.updated', object, previous)
}
