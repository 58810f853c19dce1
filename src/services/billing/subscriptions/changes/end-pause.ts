import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { OPEN_CHANGE_STATUSES } from '#entities/billing/subscription-change-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { objectOfJob, type BillingContext } from '#services/billing/model/billing-context.js'
import { findSubscriptionAtProvider, openChanges } from '#services/billing/book/our-subscription.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { syncSubscription } from '../sync-subscription.js'
import { executeChange } from './execute-change.js'
import { insertChange } from './record-change.js'

/** Resumes a subscription at the end of its pause, until the provider has done it. */
export async function endPause(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { port, externalId } = objectOfJob(context, due)
  await syncSubscription(context, port, externalId)
  const change = await context.database.transaction((transaction) =>
    recordEnd(context, transaction, port.provider, externalId),
  )
  if (!change) return
  const outcome = await executeChange(context, change)
  if (outcome.kind === 'denied') throw new ProviderUnavailable(`pause of ${externalId}: ${outcome.denial.message}`)
}

/** The change that ends the pause, or the one that is in progress. Null if the pause has ended or was prolonged. */
async function recordEnd(
  context: BillingContext,
  transaction: Transaction,
  provider: ProviderName,
  externalId: string,
): Promise<SubscriptionChangeRow | null> {
  const found = await findSubscriptionAtProvider(transaction, provider, externalId)
  if (!found) return null
  await lockAccount(transaction, found.accountId)
  const row = await findSubscriptionAtProvider(transaction, provider, externalId)
  const now = context.clock.now()
  if (!row?.pause?.resumesAt || new Date(row.pause.resumesAt) > now) return null
  const open = (await openChanges(transaction, row)).find(({ status }) => OPEN_CHANGE_STATUSES.includes(status))
  return open ?? insertChange(transaction, row, { kind: 'RESUME', at: 'NOW', effectiveAt: now }, now)
}
