import type { SandboxState } from '#sandbox-state.js'
import { invalidRequest, unprocessable } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import { money } from '../money.js'
import type { BillingCycle, PaymentPreferences, Plan } from '../objects.js'
import { checkCycles, checkPrice, priceOf } from './check-cycles.js'
import { showPlan } from './plan.object.js'

/** Creates a plan of a product, active by default. */
export function createPlan(world: SandboxState, body: Record<string, unknown>): Plan {
  const given = body as Partial<Plan>
  if (world.store.get('paypal.product', given.product_id ?? '') === undefined)
    throw invalidRequest([{ issue: 'INVALID_PARAMETER_VALUE', field: '/product_id', value: given.product_id ?? '' }])
  const cycles = checkCycles(given.billing_cycles ?? [], null)
  const currency = currencyOf(cycles)
  const time = payPalNow(world)
  const plan: Plan = {
    id: `P-${world.ids.code('paypal.plan', 24)}`,
    product_id: given.product_id ?? '',
    name: given.name ?? '',
    status: given.status ?? 'ACTIVE',
    ...(given.description === undefined ? {} : { description: given.description }),
    billing_cycles: cycles.map((cycle) => versioned(cycle, 1, time)),
    payment_preferences: readPreferences(given.payment_preferences ?? {}, currency),
    ...(given.taxes === undefined
      ? {}
      : { taxes: { percentage: given.taxes.percentage, inclusive: given.taxes.inclusive ?? true } }),
    quantity_supported: given.quantity_supported ?? false,
    create_time: time,
    update_time: time,
  }
  const prices = cycles.flatMap((cycle) => {
    const price = priceOf(cycle)
    return price === null ? [] : [{ sequence: cycle.sequence, version: 1, price, at: world.clock.now }]
  })
  world.store.put('paypal.plan_prices', { id: plan.id, prices })
  world.store.put('paypal.plan', plan)
  emitEvent(world, 'BILLING.PLAN.CREATED', showPlan(world, plan))
  return plan
}

/** The one currency of a plan. */
export function currencyOf(cycles: readonly BillingCycle[]): string {
  return cycles.flatMap((cycle) => cycle.pricing_scheme?.fixed_price?.currency_code ?? [])[0] ?? 'USD'
}

/** A cycle whose price says which version it is. */
export function versioned(cycle: BillingCycle, version: number, time: string): BillingCycle {
  const price = cycle.pricing_scheme?.fixed_price
  if (price === undefined) return cycle
  return { ...cycle, pricing_scheme: { version, fixed_price: price, create_time: time, update_time: time } }
}

/** Handling of missing payments, with PayPal's defaults. */
export function readPreferences(given: Partial<PaymentPreferences>, currency: string): PaymentPreferences {
  const fee =
    given.setup_fee === undefined
      ? money(currency, 0n)
      : checkPrice(given.setup_fee, '/payment_preferences/setup_fee', 'any')
  if (fee.currency_code !== currency)
    throw unprocessable({ issue: 'CURRENCY_MISMATCH', field: '/payment_preferences/setup_fee' })
  return {
    auto_bill_outstanding: given.auto_bill_outstanding ?? true,
    setup_fee: fee,
    setup_fee_failure_action: given.setup_fee_failure_action ?? 'CANCEL',
    payment_failure_threshold: given.payment_failure_threshold ?? 0,
  }
}
