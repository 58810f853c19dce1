import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '../model/billing-context.js'
import { decidePause } from './decide-pause.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** Kind of the scheduled job at the end of a paid period; its key is `<provider>:<the provider's id>`. */
export const PAID_PERIOD_END = 'subscription.paid_period_end'
/** Kind of the scheduled job at the end of a pause, with the same key. */
export const PAUSE_END = 'subscription.pause_end'

/** Adds what the provider does not know of a pause: its end, the access in it, and the end of the paid period before it. */
export async function followPause(
  context: BillingContext,
  transaction: Transaction,
  update: SubscriptionUpdate,
): Promise<SubscriptionUpdate> {
  const {
    provider,
    accountId,
    fetched,
    items,
    ours: { row, changes },
  } = update
  if (!row?.pause && fetched.pausedUntil === undefined) return update
  const requested = changes.find(({ kind }) => kind === 'PAUSE')
  const item = items.find(({ planId }) => planId !== null)
  const now = context.clock.now()
  const { pause, ...changed } = decidePause({
    previous: row?.pause ?? null,
    fetched,
    period: { start: item?.currentPeriodStart ?? null, end: item?.currentPeriodEnd ?? null },
    requested: requested ? { at: requested.asOf, resumesAt: requested.resumesAt } : null,
    access: context.catalog.current().pause?.access ?? 'SUSPEND',
    now,
  })
  const key = `${provider}:${fetched.externalId}`
  const paidUntil = pause && new Date(pause.paidUntil)
  if (paidUntil && paidUntil > now)
    await scheduleJob(transaction, { kind: PAID_PERIOD_END, key, accountId, runAt: paidUntil })
  if (!pause?.resumesAt) await cancelJob(transaction, PAUSE_END, key)
  // The job reads the subscription too, and must not begin again because of that.
  else if (pause.resumesAt !== row?.pause?.resumesAt)
    await scheduleJob(transaction, { kind: PAUSE_END, key, accountId, runAt: new Date(pause.resumesAt) })
  return { ...update, pause, fetched: { ...fetched, ...changed } }
}
