import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { StripeError } from '../api/stripe-error.js'
import { redeemDiscounts } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { cancelSubscription } from '../subscriptions/cancel-subscription.js'
import { automaticTax, itemList } from '../subscriptions/subscription.object.js'
import { planItems } from '../subscriptions/plan-items.js'
import type { ItemChange } from '../subscriptions/subscription.input.js'
import { attachedSchedule, nextPhase } from './attached-schedule.js'
import { detachSchedule } from './detach-schedule.js'
import type { Phase } from './subscription-schedule.object.js'

/** Terms of a renewal at which a phase starts. */
export interface RenewedTerms {
  readonly subscription: Stripe.Subscription
  /** The billing date moves to the beginning of the phase. */
  readonly restarts: boolean
}

/**
 * Applies the items of a phase that starts at `at` to the periods that end then. Null if the subscription has ended.
 */
export function renewalTerms(
  world: SandboxState,
  before: Stripe.Subscription,
  at = world.clock.seconds,
): RenewedTerms | null {
  const schedule = attachedSchedule(world, before)
  if (schedule === undefined || (schedule.current_phase?.end_date ?? Infinity) > at)
    return { subscription: before, restarts: false }
  const phase = beginNextPhase(world, before)
  const present = world.store.need('subscription', before.id)
  if (phase === null) return present.status === 'canceled' ? null : { subscription: present, restarts: false }
  const restarts = phase.billing_cycle_anchor === 'phase_start'
  const subscription = {
    ...present,
    ...(restarts ? { billing_cycle_anchor: at } : {}),
    items: itemList(before.id, planItems(world, present, itemChanges(present, phase))),
  }
  return { subscription, restarts }
}

/**
 * Records the start of the next phase with its changes other than items. Null if there is none and the schedule is
 * complete.
 */
export function beginNextPhase(world: SandboxState, subscription: Stripe.Subscription): Phase | null {
  const schedule = attachedSchedule(world, subscription)!
  const phase = nextPhase(schedule)
  if (phase === undefined) {
    detachSchedule(world, schedule, schedule.end_behavior === 'release' ? 'released' : 'completed')
    if (schedule.end_behavior === 'cancel') cancelSubscription(world, subscription.id)
    return null
  }
  const { object, previous } = changeObject(world, 'subscription_schedule', schedule.id, {
    current_phase: { start_date: phase.start_date, end_date: phase.end_date },
  })
  emitEvent(world, 'subscription_schedule.updated', object, previous)
  world.due.schedule('schedule.phase', schedule.id, phase.end_date * 1000)
  applySettings(world, subscription, schedule, phase)
  return phase
}

/** Apart from items a phase sets tax, payment method, discounts and metadata of its subscription: its own, else the schedule's. */
function applySettings(
  world: SandboxState,
  subscription: Stripe.Subscription,
  { default_settings: defaults }: Stripe.SubscriptionSchedule,
  phase: Phase,
): void {
  const kept = phase.discounts.flatMap(({ discount }) => {
    const id = idOf(discount)
    return id !== null && subscription.discounts.some((one) => idOf(one) === id) ? [id] : []
  })
  for (const gone of subscription.discounts.map((one) => idOf(one) ?? '').filter((id) => !kept.includes(id))) {
    world.due.cancel('discount.end', gone)
    emitEvent(world, 'customer.discount.deleted', world.store.need('discount', gone))
  }
  const redeemed = phase.discounts.flatMap((one) => redeemedIn(world, subscription, one, phase))
  const tax = phase.automatic_tax ?? defaults.automatic_tax
  const { object, previous } = changeObject(world, 'subscription', subscription.id, {
    automatic_tax: automaticTax(tax?.enabled ?? false),
    default_payment_method: idOf(phase.default_payment_method ?? defaults.default_payment_method),
    discounts: [...kept, ...redeemed],
    metadata: { ...subscription.metadata, ...phase.metadata },
  })
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.subscription.updated', object, previous)
}

/** ID of the discount that a phase redeems by a coupon or a promotion code when it begins. None if it can no longer be redeemed. */
function redeemedIn(
  world: SandboxState,
  subscription: Stripe.Subscription,
  { coupon, discount, promotion_code: code }: Phase['discounts'][number],
  { items }: Phase,
): string[] {
  if (discount !== null) return []
  const amount = items.reduce(
    (sum, { price, quantity }) =>
      sum + (world.store.need('price', idOf(price as string) ?? '').unit_amount ?? 0) * (quantity ?? 1),
    0,
  )
  const holder = {
    customer: idOf(subscription.customer),
    subscription: subscription.id,
    amount,
    currency: subscription.currency,
  }
  const reference = code === null ? { coupon: idOf(coupon) ?? '' } : { promotion_code: idOf(code) ?? '' }
  try {
    return redeemDiscounts(world, [reference], holder).map(({ id }) => id)
  } catch (error) {
    if (error instanceof StripeError) return []
    throw error
  }
}

/** The changes that make a subscription's items those of a phase. An item keeps its id where its price stays, or takes the place of one that goes. */
export function itemChanges(subscription: Stripe.Subscription, { items }: Pick<Phase, 'items'>): ItemChange[] {
  const wanted = items.map(({ price, quantity }) => ({ price: idOf(price as string) ?? '', quantity }))
  const gone = subscription.items.data.filter((item) => !wanted.some(({ price }) => price === item.price.id))
  const changes = wanted.flatMap(({ price, quantity }): ItemChange[] => {
    const present = subscription.items.data.find((item) => item.price.id === price)
    if (present && (present.quantity ?? 1) === (quantity ?? present.quantity ?? 1)) return []
    return [{ id: (present ?? gone.shift())?.id, price, quantity }]
  })
  return [...changes, ...gone.map(({ id }) => ({ id, deleted: true }))]
}
