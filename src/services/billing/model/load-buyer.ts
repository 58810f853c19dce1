import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { runningCurrency } from './offers.sql.js'
import type { AccountCurrencies } from './offer.js'
import type { OfferInput } from './decide-plan-offer.js'
import type { BillingContext } from './billing-context.js'
import { ownPlans } from './own-plans.js'
import { trialKeysOf } from './trial-keys.js'
import { triedPlans } from './tried-plans.js'

/** The currencies of an account: that of its running subscription, and the one in which it is sold to. */
export async function accountCurrencies(sql: Sql, accountId: string): Promise<AccountCurrencies> {
  const row = await sql.row(runningCurrency, { accountId, endedStatuses: TERMINAL_STATUSES })
  const paidIn = row?.paidIn ?? null
  return { own: paidIn ?? row?.preferred ?? null, paidIn }
}

/** The currency in which an account is sold to. Null if it has none. */
export const accountCurrency = async (sql: Sql, accountId: string): Promise<string | null> =>
  (await accountCurrencies(sql, accountId)).own

/** Returns the account's currencies, the plans whose trial it has had, and those that it has bought without an end. */
export async function loadBuyer(context: BillingContext, accountId: string): Promise<OfferInput> {
  const { database } = context
  const catalog = context.catalog.current()
  const { lifetimePlans } = await ownPlans(catalog, database, accountId)
  return {
    currency: await accountCurrencies(database, accountId),
    lifetimePlans,
    triedPlanIds: await triedPlans(context, database, catalog, { accountId, ...trialKeysOf(context.caller) }),
  }
}
