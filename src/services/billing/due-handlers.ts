import type { DueRow } from '../../entities/kernel/due.entity.js'
import { adjustCredit, CREDIT_ADJUST } from './account-credit/change-credit.js'
import type { BillingContext } from './billing-context.js'
import { expireCheckout } from './checkout/close-checkout.js'
import { CHECKOUT_EXPIRE } from './checkout/move-checkout.js'
import { resumeRefund } from './refunds/execute-refund.js'
import { REFUND_EXECUTE } from './refunds/write-refund-intent.js'
import { SUBSCRIPTION_MOMENTS } from './subscriptions/subscription-moments.js'
import { giveBackSurplus } from './subscriptions/surplus/give-back-surplus.js'
import { SUBSCRIPTION_SURPLUS } from './subscriptions/surplus/is-surplus.js'
import { reportDailyUsage, USAGE_REPORT } from './usage-reports/report-usage.js'

/** What of billing falls due by the business clock, by its kind. */
export const billingDue: Readonly<Record<string, (due: DueRow, context: BillingContext) => Promise<void>>> = {
  [CHECKOUT_EXPIRE]: expireCheckout,
  [CREDIT_ADJUST]: adjustCredit,
  [REFUND_EXECUTE]: resumeRefund,
  [SUBSCRIPTION_SURPLUS]: giveBackSurplus,
  ...Object.fromEntries(SUBSCRIPTION_MOMENTS),
  [USAGE_REPORT]: reportDailyUsage,
}
