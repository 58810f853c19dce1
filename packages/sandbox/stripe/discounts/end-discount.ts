import type Stripe from 'stripe'
import { idOf } from '../api/id-of.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import type { SandboxState } from '#sandbox-state.js'

/** True if the coupon of a discount is for one invoice. */
export function isOnce(world: SandboxState, { source }: Stripe.Discount): boolean {
  const coupon = idOf(source.coupon) ?? ''
  return (world.store.get('coupon', coupon) ?? world.store.get('deleted_coupon', coupon))?.duration === 'once'
}

/** Reverses the redemption of discounts of an update whose payment failed. */
export function returnDiscounts(world: SandboxState, ids: readonly string[]): void {
  for (const id of ids) {
    const discount = world.store.need('discount', id)
    world.due.cancel('discount.end', id)
    const coupon = world.store.get('coupon', idOf(discount.source.coupon) ?? '')
    if (coupon) changeObject(world, 'coupon', coupon.id, { times_redeemed: coupon.times_redeemed - 1 })
    const code = world.store.get('promotion_code', idOf(discount.promotion_code) ?? '')
    if (code) changeObject(world, 'promotion_code', code.id, { times_redeemed: code.times_redeemed - 1 })
    emitEvent(world, 'customer.discount.deleted', discount)
  }
}

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
