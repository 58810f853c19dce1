import type { SandboxState } from '#sandbox-state.js'
import { patchedText, readPatch } from '../api/patch.js'
import { invalidRequest, unprocessable } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import type { EventType } from '../events/event-types.js'
import type { Money } from '../money.js'
import type { Plan } from '../objects.js'
import { checkPrice } from './check-cycles.js'
import { currencyOf, readPreferences, versioned } from './create-plan.js'
import { showPlan } from './plan.object.js'

const PATHS =
  /^\/(name|description|taxes\/percentage|payment_preferences\/(auto_bill_outstanding|payment_failure_threshold|setup_fee|setup_fee_failure_action))$/

/** Changes the few fields of a plan that can be changed. */
export function patchPlan(world: SandboxState, plan: Plan, body: unknown): void {
  const operations = readPatch(body, PATHS)
  if (plan.status === 'INACTIVE') throw unprocessable({ issue: 'PLAN_STATUS_INACTIVE' })
  let changed = plan
  for (const { path, value } of operations) {
    const name = path.split('/').at(-1) ?? ''
    if (path === '/name' || path === '/description') changed = { ...changed, [name]: patchedText(value, path, 127) }
    else if (path === '/taxes/percentage')
      changed = { ...changed, taxes: { inclusive: true, ...changed.taxes, percentage: patchedText(value, path, 10) } }
    else
      changed = {
        ...changed,
        payment_preferences: readPreferences(
          { ...changed.payment_preferences, [name]: value },
          currencyOf(plan.billing_cycles),
        ),
      }
  }
  keep(world, changed, 'BILLING.PLAN.UPDATED')
}

/** Opens a plan to new subscriptions, or closes it. Existing subscriptions continue. */
export function setPlanStatus(world: SandboxState, plan: Plan, status: 'ACTIVE' | 'INACTIVE'): void {
  if (plan.status === status)
    throw unprocessable({
      issue: 'PLAN_STATUS_INVALID',
      description: `Invalid plan status for this action: the plan is ${plan.status}.`,
    })
  keep(world, { ...plan, status }, status === 'ACTIVE' ? 'BILLING.PLAN.ACTIVATED' : 'BILLING.PLAN.DEACTIVATED')
}

/** Sets new prices for cycles of a plan. Existing subscriptions pay them too, but not within ten days. */
export function updatePrices(
  world: SandboxState,
  plan: Plan,
  schemes: readonly { billing_cycle_sequence: number; pricing_scheme: { fixed_price?: Money } }[],
): void {
  if (plan.status !== 'ACTIVE') throw unprocessable({ issue: 'PRICING_SCHEME_UPDATE_NOT_ALLOWED' })
  const time = payPalNow(world)
  let cycles = plan.billing_cycles
  const { prices } = world.store.need('paypal.plan_prices', plan.id)
  const added = [...prices]
  for (const [index, { billing_cycle_sequence: sequence, pricing_scheme }] of schemes.entries()) {
    const place = `/pricing_schemes/${index}`
    const cycle = cycles.find((one) => one.sequence === sequence)
    if (cycle === undefined)
      throw unprocessable({ issue: 'INVALID_BILLING_CYCLE_SEQUENCE', field: `${place}/billing_cycle_sequence` })
    const before = cycle.pricing_scheme
    if (before === undefined || pricing_scheme.fixed_price === undefined)
      throw unprocessable({ issue: 'INVALID_PRICING_SCHEME', field: `${place}/pricing_scheme` })
    const price = checkPrice(pricing_scheme.fixed_price, `${place}/pricing_scheme/fixed_price`, 'positive')
    if (price.currency_code !== before.fixed_price?.currency_code)
      throw unprocessable({ issue: 'CURRENCY_MISMATCH', field: `${place}/pricing_scheme` })
    const version = (before.version ?? 1) + 1
    if (version > 99) throw invalidRequest([{ issue: 'INVALID_INTEGER_MAX_VALUE', field: place }])
    added.push({ sequence, version, price, at: world.clock.now })
    cycles = cycles.map((one) =>
      one === cycle ? versioned({ ...one, pricing_scheme: { fixed_price: price } }, version, time) : one,
    )
  }
  world.store.put('paypal.plan_prices', { id: plan.id, prices: added })
  keep(world, { ...plan, billing_cycles: cycles }, 'BILLING.PLAN.PRICING-CHANGE.ACTIVATED')
}

function keep(world: SandboxState, changed: Plan, event: EventType): void {
  const plan = world.store.put('paypal.plan', { ...changed, update_time: payPalNow(world) })
  emitEvent(world, event, showPlan(world, plan))
}
