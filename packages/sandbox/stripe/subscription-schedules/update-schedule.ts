import type Stripe from 'stripe'
import { nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { mergeMetadata } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid, notImplemented } from '../api/stripe-error.js'
import { findRedeemable } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { ownMethod } from '../subscriptions/open-subscription.js'
import { changeSubscription } from '../subscriptions/change-subscription.js'
import { intervalOf } from '../subscriptions/subscription-periods.js'
import { requireFittingIntervals } from '../subscriptions/plan-items.js'
import { automaticTax } from '../subscriptions/subscription.object.js'
import { requireRecurring, resolvePrice } from '../prices/resolve-price.js'
import { itemChanges } from './enter-phase.js'
import type { PhaseInput, ScheduleUpdate } from './subscription-schedule.input.js'
import { buildPhase, buildPhaseItem, type Phase } from './subscription-schedule.object.js'

/** Replaces the phases of a schedule. The present phase may get other items and another end; its beginning stays. */
export function updateSchedule(
  world: SandboxState,
  schedule: Stripe.SubscriptionSchedule,
  input: ScheduleUpdate,
): Stripe.SubscriptionSchedule {
  if (schedule.status !== 'active')
    throw invalid(`You cannot update a subscription schedule that is ${schedule.status}.`)
  const subscription = world.store.need('subscription', idOf(schedule.subscription) ?? '')
  const phases = input.phases === undefined ? schedule.phases : readPhases(world, schedule, subscription, input.phases)
  const [present] = phases
  const { object, previous } = changeObject(world, 'subscription_schedule', schedule.id, {
    phases,
    current_phase: { start_date: present!.start_date, end_date: present!.end_date },
    metadata: mergeMetadata(schedule.metadata ?? {}, input.metadata),
    ...(input.end_behavior === undefined ? {} : { end_behavior: input.end_behavior }),
  })
  world.due.schedule('schedule.phase', schedule.id, present!.end_date * 1000)
  if (Object.keys(previous).length > 0) emitEvent(world, 'subscription_schedule.updated', object, previous)
  changePresent(world, subscription, present!, input)
  return object
}

/** Changed items of the current phase apply immediately. */
function changePresent(world: SandboxState, before: Stripe.Subscription, phase: Phase, input: ScheduleUpdate): void {
  const items = itemChanges(before, phase)
  const trialEnd = trialEndOf(phase)
  const endsTrial = before.status === 'trialing' && trialEnd === null
  if (items.length === 0 && !endsTrial) return
  changeSubscription(
    world,
    before,
    {
      items,
      trialEnd: endsTrial ? 'now' : undefined,
      billingCycleAnchor: undefined,
      prorationBehavior: input.proration_behavior ?? 'create_prorations',
      prorationDate: undefined,
    },
    { behavior: 'allow_incomplete', presence: 'off_session' },
  )
}

const trialEndOf = ({ trial, trial_end: end, end_date: phaseEnd }: Phase): number | null =>
  trial === true ? phaseEnd : end

function readPhases(
  world: SandboxState,
  schedule: Stripe.SubscriptionSchedule,
  subscription: Stripe.Subscription,
  inputs: readonly PhaseInput[],
): Phase[] {
  const begun = schedule.current_phase?.start_date ?? world.clock.seconds
  const present = subscription.items.data.map(({ price }) => price.id)
  const known = new Set([
    ...present,
    ...schedule.phases.flatMap(({ items }) => items.map(({ price }) => idOf(price as string) ?? '')),
  ])
  const phases: Phase[] = []
  for (const [index, input] of inputs.entries()) {
    const expected = phases.at(-1)?.end_date ?? begun
    const start = input.start_date ?? (index === 0 ? undefined : expected)
    if (start !== expected)
      throw invalid(
        index === 0
          ? 'You can not modify the start date of the current phase.'
          : 'The start date of a phase must be the end date of the phase before it.',
        `phases[${index}][start_date]`,
      )
    phases.push(readPhase(world, subscription, input, { start, index, known, isLast: index === inputs.length - 1 }))
  }
  if (phases[0]!.end_date <= world.clock.seconds)
    throw invalid('The end date of the current phase must be in the future.', 'phases[0][end_date]')
  return phases
}

function readPhase(
  world: SandboxState,
  subscription: Stripe.Subscription,
  input: PhaseInput,
  { start, index, known, isLast }: { start: number; index: number; known: ReadonlySet<string>; isLast: boolean },
): Phase {
  const param = `phases[${index}]`
  const { currency } = subscription
  const items = input.items.map((item, at) => {
    // A price that is no longer on sale stays where it is.
    const price = known.has(item.price)
      ? world.store.need('price', item.price)
      : resolvePrice(world, item, `${param}[items][${at}]`)
    requireRecurring(world, price, currency, `${param}[items][${at}]`)
    return { price, item: buildPhaseItem(price, item.quantity ?? 1, mergeMetadata({}, item.metadata)) }
  })
  requireFittingIntervals(items.map(({ price }) => price))
  const end = endOf(input, { start, prices: items.map(({ price }) => price), isLast }, param)
  if (input.trial_end !== undefined && input.trial_end > end)
    throw invalid('The trial end must not be after the end of its phase.', `${param}[trial_end]`)
  const customer = world.store.need('customer', idOf(subscription.customer) ?? '')
  const method = input.default_payment_method
  return buildPhase({
    currency,
    items: items.map(({ item }) => item),
    start_date: start,
    end_date: end,
    discounts: discountsOf(world, subscription, input, {
      index,
      amount: items.reduce((sum, { price, item }) => sum + (price.unit_amount ?? 0) * (item.quantity ?? 1), 0),
    }),
    billing_cycle_anchor: input.billing_cycle_anchor ?? null,
    proration_behavior: input.proration_behavior ?? 'create_prorations',
    metadata: mergeMetadata({}, input.metadata),
    trial_end: input.trial_end ?? null,
    ...(input.automatic_tax === undefined ? {} : { automatic_tax: automaticTax(input.automatic_tax.enabled) }),
    ...(method === undefined ? {} : { default_payment_method: ownMethod(world, method, customer).id }),
    ...(input.trial === undefined ? {} : { trial: input.trial }),
  })
}

/** The end of a phase. A last phase without one is as long as the shortest interval of its prices. */
function endOf(
  { end_date: end, duration }: PhaseInput,
  { start, prices, isLast }: { start: number; prices: readonly Stripe.Price[]; isLast: boolean },
  param: string,
): number {
  if (end !== undefined && duration !== undefined)
    throw invalid('You may only specify one of these parameters: duration, end_date.', `${param}[duration]`)
  if (end === undefined && duration === undefined) {
    if (isLast) return Math.min(...prices.map((price) => nextPeriodEnd(start, start, intervalOf(price))))
    throw invalid(`Missing required param: ${param}[end_date].`, `${param}[end_date]`, 'parameter_missing')
  }
  const ends = end ?? nextPeriodEnd(start, start, duration!)
  if (ends <= start) throw invalid('The end date of a phase must be after its start date.', `${param}[end_date]`)
  return ends
}

function discountsOf(
  world: SandboxState,
  subscription: Stripe.Subscription,
  { discounts = [] }: PhaseInput,
  { index, amount }: { index: number; amount: number },
): Phase['discounts'] {
  const param = `phases[${index}][discounts]`
  return discounts.map((reference) => {
    if (reference.discount === undefined) {
      const order = { customer: idOf(subscription.customer), amount, currency: subscription.currency }
      const { coupon, promotionCode } = findRedeemable(world, reference, order, param)
      if (index === 0) throw notImplemented('A new discount in the current phase', param)
      return { coupon: promotionCode ? null : coupon.id, discount: null, promotion_code: promotionCode?.id ?? null }
    }
    if (world.store.get('discount', reference.discount) === undefined)
      throw invalid(`No such discount: '${reference.discount}'`, param, 'resource_missing')
    return { coupon: null, discount: reference.discount, promotion_code: null }
  })
}
