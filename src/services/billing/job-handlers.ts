import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { adjustCredit, CREDIT_ADJUST } from './model/change-credit.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { PLAN_EXPIRE } from '#services/entitlements/plans/assign-plan.js'
import { SOURCE_EXPIRE } from '#services/entitlements/sources/expire-source.js'
import type { BillingContext } from './model/billing-context.js'
import { expireCheckout } from './checkout/sync-checkout.js'
import { CHECKOUT_EXPIRE } from './checkout/transition-checkout.js'
import { endNegotiatedTerm } from './negotiated-plans/end-negotiated-term.js'
import { NEGOTIATED_TERM } from './model/follow-negotiated-plans.js'
import { FOLLOW_UNPAID } from './model/unpaid-steps.js'
import { followUnpaidInvoice } from './refunds/follow-unpaid-invoice.js'
import { resumeRefund } from './refunds/execute-refund.js'
import { REFUND_EXECUTE } from './model/write-refund-intent.js'
import { SUBSCRIPTION_TIMESTAMPS } from './subscription-jobs/subscription-timestamps.js'
import { readGiver } from './subscriptions/read-before-end.js'
import { refundDuplicate } from './subscriptions/duplicate/refund-duplicate.js'
import { REFUND_DUPLICATE_SUBSCRIPTION } from './model/is-duplicate.js'
import { PLAN_MIGRATION_RUN } from './subscriptions/migrate/migrate-plan.js'
import { runPlanMigration } from './subscriptions/migrate/run-plan-migration.js'
import { TOP_UP_RUN } from '../entitlements/model/top-up-job.js'
import { runTopUp } from './top-ups/run-top-up.js'
import { USAGE_BATCH_RUN } from './usage-batches/close-usage-batch.js'
import { runUsageBatch } from './usage-batches/run-batch.js'
import { OVERAGE_INVOICE } from '../entitlements/model/overage-threshold.js'
import { invoiceAtThreshold } from './overage/invoice-at-threshold.js'
import { reportDailyUsage, USAGE_REPORT } from './overage/report-usage.js'

/** Handlers of billing's scheduled jobs on the business clock, by kind. */
export const billingJobs: Readonly<
  Record<string, (due: ScheduledJobRow, context: BillingContext & EntitlementsContext) => Promise<void>>
> = {
  [CHECKOUT_EXPIRE]: expireCheckout,
  [CREDIT_ADJUST]: adjustCredit,
  [FOLLOW_UNPAID]: followUnpaidInvoice,
  [NEGOTIATED_TERM]: endNegotiatedTerm,
  [OVERAGE_INVOICE]: invoiceAtThreshold,
  [PLAN_MIGRATION_RUN]: runPlanMigration,
  [REFUND_EXECUTE]: resumeRefund,
  [REFUND_DUPLICATE_SUBSCRIPTION]: refundDuplicate,
  ...Object.fromEntries(SUBSCRIPTION_TIMESTAMPS),
  [TOP_UP_RUN]: runTopUp,
  [USAGE_BATCH_RUN]: runUsageBatch,
  [USAGE_REPORT]: reportDailyUsage,
}

/** Reads of the provider before entitlements of subscriptions expire, by the kind of the job that ends them. */
export const beforeEnds: Readonly<Record<string, (due: ScheduledJobRow, context: BillingContext) => Promise<void>>> = {
  [PLAN_EXPIRE]: readGiver('plan_assignment'),
  [SOURCE_EXPIRE]: readGiver('package_assignment'),
}
