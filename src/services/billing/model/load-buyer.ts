import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { runningCurrency } from './offers.sql.js'
import type { OfferInput } from './decide-plan-offer.js'
import type { BillingContext } from './billing-context.js'
import { lifetimePlans } from './lifetimes.js'
import { trialKeysOf } from './trial-keys.js'
import { triedPlans } from './tried-plans.js'

/**
 * The currency of an account's running subscription, in which everything else that recurs is paid too, otherwise the one that was set
 * for the account; null without both.
 */
export async function accountCurrency(sql: Sql, accountId: string): Promise<string | null> {
  const row = await sql.row(runningCurrency, { accountId, endedStatuses: TERMINAL_STATUSES })
  return row?.currency ?? null
}

/** Returns the account's currency, the plans whose trial it has had, and those that it has bought without an end. */
export const loadBuyer = async (context: BillingContext, accountId: string): Promise<OfferInput> => ({
  currency: await accountCurrency(context.database, accountId),
  lifetimePlans: await lifetimePlans(context, context.database, accountId),
  triedPlanIds: await triedPlans(context, context.database, context.catalog.current(), {
    accountId,
    ...trialKeysOf(context.caller),
  }),
})
