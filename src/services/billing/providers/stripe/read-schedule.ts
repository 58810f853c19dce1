import { isDeepStrictEqual } from 'node:util'
import type { Stripe } from 'stripe'
import type { ScheduledLines } from '../subscription-port.js'
import { idOf } from './read-objects.js'

type Phase = Stripe.SubscriptionSchedule.Phase

/** The schedule that runs a subscription, when it was expanded; null without one. */
export function runningSchedule({
  schedule,
}: Pick<Stripe.Subscription, 'schedule'>): Stripe.SubscriptionSchedule | null {
  if (!schedule || typeof schedule === 'string') return null
  return schedule.status === 'active' || schedule.status === 'not_started' ? schedule : null
}

/** The last phase of a schedule with more than one: what holds from its start on. */
export function readSchedule(subscription: Stripe.Subscription): ScheduledLines | null {
  const schedule = runningSchedule(subscription)
  const phase = schedule && schedule.phases.length > 1 ? schedule.phases.at(-1) : undefined
  if (!schedule || !phase) return null
  return {
    at: new Date(phase.start_date * 1000),
    lines: phase.items.map(({ price, quantity }) => ({ priceExternalId: idOf(price) ?? '', quantity: quantity ?? 1 })),
    keepsSettings: keepsSettings(subscription, schedule, phase),
    promotionId: phase.discounts.map(({ promotion_code: code }) => idOf(code)).find((id) => id !== null) ?? null,
  }
}

/** A phase applies these settings when it starts, so they must equal those of the subscription. */
function keepsSettings(
  subscription: Stripe.Subscription,
  { default_settings: defaults }: Stripe.SubscriptionSchedule,
  phase: Phase,
): boolean {
  const kept = phase.discounts.flatMap(({ discount }) => discount ?? [])
  const discounts = (all: readonly (string | { id: string } | null)[]) => new Set(all.map(idOf))
  const method = idOf(phase.default_payment_method ?? defaults.default_payment_method)
  return (
    isDeepStrictEqual(discounts(subscription.discounts), discounts(kept)) &&
    method === idOf(subscription.default_payment_method) &&
    (phase.automatic_tax ?? defaults.automatic_tax)?.enabled === subscription.automatic_tax.enabled
  )
}
