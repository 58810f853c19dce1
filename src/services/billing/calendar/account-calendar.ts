import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { compedPlansOfAccount } from '#services/entitlements/plans/comped-plans-of-account.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { BillingContext } from '../model/billing-context.js'
import { pendingPlans } from '../checkout/pending-plans.js'
import { calendarOf, type CalendarEntry, type CalendarInput } from './calendar.js'

interface CalendarSources {
  /** Default: in 400 days. */
  readonly until: Date | null
  /** Reads that the request shares with other fields. */
  readonly readSnapshot: () => Promise<AccountSnapshot | null>
  readonly readSubscription: () => Promise<Pick<CalendarInput, 'subscription' | 'items' | 'scheduled'>>
}

const DEFAULT_MS = 400 * 86_400_000

/** Dates of an account that are known in advance. Requires permission to read its billing and its entitlements. */
export async function accountCalendar(
  context: BillingContext,
  accountId: string,
  { until, readSnapshot, readSubscription }: CalendarSources,
): Promise<CalendarEntry[]> {
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const pending = await pendingPlans(context, accountId)
  const snapshot = await requireEntitlements(context, accountId, readSnapshot)
  if (!snapshot) return []
  const openInvoices = await context.database.query
    .selectFrom('invoice')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('status', '=', 'OPEN')
    .where('dueAt', '>', now)
    .execute()
  return calendarOf({
    catalog,
    snapshot,
    ...(await readSubscription()),
    openInvoices,
    pending,
    comped: await compedPlansOfAccount(context.database, catalog, snapshot),
    now,
    until: until ?? new Date(now.getTime() + DEFAULT_MS),
  })
}
