import type { Stripe } from 'stripe'
import type { ChangeOutcome, LineItemChange, LineTarget } from '../subscription-port.js'
import { seconds } from './change-lines.js'
import { idOf } from './read-objects.js'
import { runningSchedule } from './read-schedule.js'

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>
type PhaseItem = Stripe.SubscriptionScheduleUpdateParams.Phase.Item

/** A change to make at the end of the period, as a schedule takes it. */
type Scheduled = Pick<LineItemChange, 'externalId' | 'lines' | 'until' | 'periodEnd' | 'restartsPeriod' | 'promotion'>

/**
 * Writes a change for the end of the period as a subscription schedule: the present phase until then, one phase with the new lines, and
 * then the schedule releases the subscription. Stripe makes a schedule of a subscription without phases, so these are two calls. Both can
 * be repeated without an idempotency key: the first is left out when a schedule is attached, and the second one is absolute.
 */
export async function scheduleLines(client: Stripe, call: Call, request: Scheduled): Promise<ChangeOutcome> {
  const subscription = await withSchedule(client, call, request.externalId)
  const schedule =
    (await reusableSchedule(client, call, subscription)) ??
    (await call('subscriptionSchedules.create', () =>
      client.subscriptionSchedules.create({ from_subscription: request.externalId }),
    ))
  await call('subscriptionSchedules.update', () =>
    client.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      proration_behavior: 'none',
      phases: phasesOf(subscription, schedule, request),
    }),
  )
  return { kind: 'APPLIED' }
}

/** Removes the schedule of a subscription, which continues unchanged. */
export async function removeSchedule(client: Stripe, call: Call, externalId: string): Promise<void> {
  const schedule = runningSchedule(await withSchedule(client, call, externalId))
  if (schedule) await release(client, call, schedule)
}

/** The attached schedule. One that was made with another payment method would set it again: it is removed. */
async function reusableSchedule(
  client: Stripe,
  call: Call,
  subscription: Stripe.Subscription,
): Promise<Stripe.SubscriptionSchedule | null> {
  const schedule = runningSchedule(subscription)
  if (!schedule) return null
  const { default_payment_method: method } = schedule.default_settings
  if (idOf(method) === idOf(subscription.default_payment_method)) return schedule
  await release(client, call, schedule)
  return null
}

const release = (client: Stripe, call: Call, { id }: Stripe.SubscriptionSchedule): Promise<unknown> =>
  call('subscriptionSchedules.release', () => client.subscriptionSchedules.release(id))

const withSchedule = (client: Stripe, call: Call, externalId: string): Promise<Stripe.Subscription> =>
  call('subscriptions.retrieve', () => client.subscriptions.retrieve(externalId, { expand: ['schedule'] }))

function phasesOf(
  subscription: Stripe.Subscription,
  schedule: Stripe.SubscriptionSchedule,
  { lines, until = [], periodEnd, restartsPeriod, promotion }: Scheduled,
): Stripe.SubscriptionScheduleUpdateParams.Phase[] {
  const settings = settingsOf(subscription)
  const end = seconds(periodEnd)
  const trialEnd = subscription.status === 'trialing' ? subscription.trial_end : null
  return [
    {
      ...settings,
      items: itemsWith(
        subscription,
        until.filter((line) => isChanged(subscription, line, lines)),
      ),
      start_date: schedule.current_phase?.start_date ?? schedule.phases[0]!.start_date,
      end_date: end,
      ...(trialEnd ? { trial_end: Math.min(trialEnd, end) } : {}),
    },
    {
      ...settings,
      // Stripe redeems the code when the phase begins. A schedule that is removed before redeems nothing.
      ...(promotion ? { discounts: [...(settings.discounts || []), { promotion_code: promotion.externalId }] } : {}),
      items: itemsWith(subscription, lines),
      // Long enough to be entered: then the schedule has nothing left to do.
      duration: { interval: 'day', interval_count: 1 },
      proration_behavior: 'none',
      // Flexible billing mode keeps the billing date unless a new period is requested.
      ...(restartsPeriod ? { billing_cycle_anchor: 'phase_start' as const } : {}),
    },
  ]
}

/** Settings that a phase would reset to Stripe's defaults unless it repeats those of the subscription. */
function settingsOf(subscription: Stripe.Subscription) {
  const method = idOf(subscription.default_payment_method)
  const taxRates = subscription.default_tax_rates ?? []
  return {
    automatic_tax: { enabled: subscription.automatic_tax.enabled },
    discounts: discountsOf(subscription.discounts),
    ...(method ? { default_payment_method: method } : {}),
    ...(taxRates.length > 0 ? { default_tax_rates: taxRates.map(({ id }) => id) } : {}),
  }
}

const discountsOf = (discounts: Stripe.Subscription['discounts']): '' | { discount: string }[] =>
  discounts.length === 0 ? '' : discounts.map((discount) => ({ discount: idOf(discount)! }))

/**
 * True if a line has the new terms before their time, as an earlier release wrote them. Other lines are unchanged,
 * because they can have been changed and paid for since the request was read.
 */
function isChanged(subscription: Stripe.Subscription, { externalId }: LineTarget, targets: readonly LineTarget[]) {
  const item = subscription.items.data.find(({ id }) => id === externalId)
  const target = targets.find((one) => one.externalId === externalId)
  return item?.price.id === target?.priceExternalId && item?.quantity === target?.quantity
}

/** The lines of a subscription, with some of them as they shall be. */
function itemsWith(subscription: Stripe.Subscription, targets: Scheduled['lines']): PhaseItem[] {
  const others = subscription.items.data.filter(({ id }) => !targets.some(({ externalId }) => externalId === id))
  return [
    ...others.map((item) => ({
      price: item.price.id,
      ...(item.quantity === undefined ? {} : { quantity: item.quantity }),
      ...(item.discounts.length > 0 ? { discounts: discountsOf(item.discounts) } : {}),
    })),
    ...targets
      .filter(({ quantity }) => quantity > 0)
      .map(({ priceExternalId, quantity }) => ({ price: priceExternalId, quantity })),
  ]
}
