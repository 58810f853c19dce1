import { invalidRequest, unprocessable } from '../api/paypal-error.js'
import type { Plan } from '../objects.js'

/** How many units are subscribed to; refuses a quantity that the plan does not take. */
export function readQuantity(plan: Plan, wanted: string | undefined): string {
  if (wanted === undefined) return '1'
  if (!plan.quantity_supported) throw unprocessable({ issue: 'SUBSCRIPTION_CANNOT_HAVE_QUANTITY', field: '/quantity' })
  if (!/^[1-9]\d{0,8}$/.test(wanted))
    throw invalidRequest([{ issue: 'INVALID_PARAMETER_VALUE', field: '/quantity', value: wanted }])
  return wanted
}
