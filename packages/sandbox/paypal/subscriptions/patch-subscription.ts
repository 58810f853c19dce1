import type { SandboxState } from '#sandbox-state.js'
import { patchedText, readPatch } from '../api/patch.js'
import { notImplemented, unprocessable } from '../api/paypal-error.js'
import { amountProblem } from '../api/amounts.js'
import { minor, normalized, type Money } from '../money.js'
import type { Subscription, SubscriptionDetail } from '../objects.js'
import { readPreferences } from '../plans/create-plan.js'
import { changeDetail, changeSubscription, emitSubscriptionEvent } from './change-subscription.js'

const KNOWN =
  /^\/(custom_id|billing_info\/outstanding_balance|shipping_amount|start_time|subscriber\/.+|plan\/billing_cycles\/.+|plan\/payment_preferences\/(auto_bill_outstanding|payment_failure_threshold)|plan\/taxes\/.+)$/

/** Changes what can be changed without the subscriber; what PayPal can change and the sandbox cannot says so. */
export function patchSubscription(world: SandboxState, subscription: Subscription, body: unknown): void {
  for (const { path, value } of readPatch(body, KNOWN)) {
    const detail = world.store.need('paypal.subscription_detail', subscription.id)
    if (path === '/custom_id') changeSubscription(world, subscription.id, { custom_id: patchedText(value, path, 127) })
    else if (path === '/billing_info/outstanding_balance')
      changeDetail(world, subscription.id, { outstanding: lowered(detail, value as Money) })
    else if (path.startsWith('/plan/payment_preferences/')) {
      const preferences = { ...detail.preferences, [path.split('/').at(-1) ?? '']: value }
      changeDetail(world, subscription.id, {
        preferences: readPreferences(preferences, detail.outstanding.currency_code),
      })
    } else throw notImplemented(`PATCH of ${path}`)
  }
  emitSubscriptionEvent(world, subscription.id, 'BILLING.SUBSCRIPTION.UPDATED')
}

/** The outstanding balance can only be reduced. */
function lowered({ outstanding }: SubscriptionDetail, value: Money): Money {
  const field = '/billing_info/outstanding_balance'
  const wrong = amountProblem(value, `${field}/value`, 'any')
  if (wrong !== null) throw unprocessable(wrong)
  if (value.currency_code !== outstanding.currency_code) throw unprocessable({ issue: 'CURRENCY_MISMATCH', field })
  if (minor(value) > minor(outstanding)) throw unprocessable({ issue: 'INVALID_PARAMETER_VALUE', field })
  return normalized(value)
}
