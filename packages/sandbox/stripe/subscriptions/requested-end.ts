import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { invalid } from '../api/stripe-error.js'
import { refuseManagedEnd } from '../subscription-schedules/attached-schedule.js'
import { firstPeriodEnd, periodEnd } from './subscription-periods.js'
import type { SubscriptionUpdate } from './subscription.input.js'

type Ending = Pick<SubscriptionUpdate, 'cancel_at' | 'cancel_at_period_end' | 'cancellation_details'>

/** Fields that change when an end at the period's end or at an instant is requested or withdrawn. */
export function cancellation(
  world: SandboxState,
  before: Stripe.Subscription,
  input: Ending,
): Partial<Stripe.Subscription> {
  if (input.cancel_at_period_end !== undefined && input.cancel_at !== undefined && input.cancel_at !== null)
    throw invalid('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', 'cancel_at')
  for (const param of ['cancel_at', 'cancel_at_period_end'] as const)
    if (input[param] !== undefined) refuseManagedEnd(before, param)
  if (input.cancel_at_period_end !== undefined && input.cancel_at_period_end !== before.cancel_at_period_end)
    return ending(
      world,
      before,
      // With items of different intervals the flag means the earliest end.
      input.cancel_at_period_end ? firstPeriodEnd(before) : null,
      input.cancel_at_period_end,
      input,
    )
  if (input.cancel_at === undefined) return {}
  return ending(world, before, momentOf(world, before, input.cancel_at), false, input)
}

function momentOf(
  world: SandboxState,
  before: Stripe.Subscription,
  wanted: number | 'min_period_end' | 'max_period_end' | null,
): number | null {
  if (wanted === 'min_period_end') return firstPeriodEnd(before)
  if (wanted === 'max_period_end') return periodEnd(before)
  if (wanted !== null && wanted <= world.clock.seconds) throw invalid('`cancel_at` must be in the future.', 'cancel_at')
  return wanted
}

function ending(
  world: SandboxState,
  before: Stripe.Subscription,
  at: number | null,
  atPeriodEnd: boolean,
  input: Ending,
): Partial<Stripe.Subscription> {
  return {
    cancel_at: at,
    cancel_at_period_end: atPeriodEnd,
    canceled_at: at === null ? null : (before.canceled_at ?? world.clock.seconds),
    cancellation_details: withDetails(before, {
      ...input.cancellation_details,
      reason: at === null ? null : 'cancellation_requested',
    }),
  }
}

/** Details of a cancellation with the new input. */
export function withDetails(
  before: Stripe.Subscription,
  given: {
    [Key in keyof Stripe.Subscription.CancellationDetails]?: Stripe.Subscription.CancellationDetails[Key] | undefined
  },
): Stripe.Subscription.CancellationDetails {
  const known = before.cancellation_details ?? { comment: null, feedback: null, feedback_option: null, reason: null }
  return { ...known, ...definedOnly(given) }
}

/** Returns the object without its undefined values. */
export function definedOnly<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
}
