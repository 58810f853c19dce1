import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { runningCurrency } from './offers.sql.js'
import type { OfferInput } from './decide-plan-offer.js'
import type { BillingContext } from './billing-context.js'
import { ownPlans } from './own-plans.js'
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
export async function loadBuyer(context: BillingContext, accountId: string): Promise<OfferInput> {
  const { database } = context
  const catalog = context.catalog.current()
  const { lifetimePlans } = await ownPlans(catalog, database, accountId)
  return {
    currency: await accountCurrency(database, accountId),
    lifetimePlans,
    triedPlanIds: await triedPlans(context, database, catalog, { accountId, ...trialKeysOf(context.caller) }),
  }
}
