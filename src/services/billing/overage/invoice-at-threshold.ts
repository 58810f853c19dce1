import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { BillingContext } from '../model/billing-context.js'
import { reportCrossing } from './report-crossing.js'
import { sendUsage } from './send-usage.js'

/** Invoices the overage of an account, once for each time that its cost has reached the threshold. */
export async function invoiceAtThreshold(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const port = context.providers.STRIPE
  if (!port) return
  const accountId = due.accountId!
  let isReported = true
  while (isReported) isReported = await reportCrossing(context, port.provider, accountId)
  await sendUsage(context, port, accountId)
}
