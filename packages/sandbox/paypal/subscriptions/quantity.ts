import { invalidRequest, unprocessable } from '../api/paypal-error.js'
import type { Plan } from '../objects.js'

/** Returns the quantity to subscribe to. Throws if the plan does not support it. */
export function readQuantity(plan: Plan, wanted: string | undefined): string {
  if (wanted === undefined) return '1'
  if (!plan.quantity_supported) throw unprocessable({ issue: 'SUBSCRIPTION_CANNOT_HAVE_QUANTITY', field: '/quantity' })
  if (!/^[1-9]\d{0,8}$/.test(wanted))
    throw invalidRequest([{ issue: 'INVALID_PARAMETER_VALUE', field: '/quantity', value: wanted }])
  return wanted
}
