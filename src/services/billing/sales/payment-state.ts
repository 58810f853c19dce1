import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { chargesOverage, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import { holdAt, saleHold, type PaymentState, type Sale, type SaleHold } from '#services/entitlements/sale/sale-hold.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import type { BillingContext } from '../model/billing-context.js'
import { readPaymentState, readVoidedPeriod } from './payment-state.sql.js'

const DAY_MS = 86_400_000

interface OfAccount {
  readonly catalog: CatalogSnapshot
  readonly accountId: string
  readonly now: Date
}

/**
 * Reads the state of payment of an account. A fact that is recorded holds from now at the latest, because the clock of a provider can be
 * ahead; only the grace period of an invoice ends later.
 */
async function loadPaymentState(sql: Sql, { catalog, accountId, now }: OfAccount) {
  const versions = [...catalog.planByVersionId].flatMap(([id, plan]) => (chargesOverage(plan) ? [id] : []))
  const row = (await sql.row(readPaymentState, { accountId, versions, terminal: TERMINAL_STATUSES }))!
  const recorded = (from: Date | null) => from && (from < now ? from : now)
  const { overageFailed } = row
  const state: PaymentState = {
    DELETION_SCHEDULED: recorded(row.deletionScheduled),
    DISPUTED: recorded(row.disputed),
    CHARGED_BACK: recorded(row.chargedBack),
    PERIOD_UNPAID: row.isVoided ? null : recorded(row.periodUnpaid),
    PERIOD_VOIDED: row.isVoided ? recorded(row.periodUnpaid) : null,
    OVERAGE_UNPAID: overageFailed && new Date(overageFailed.getTime() + catalog.dunning.graceDays * DAY_MS),
    NO_PAYMENT_METHOD: recorded(row.noPaymentMethod),
  }
  return { state, sellsUnits: row.sellsUnits }
}

/** Hold of a sale of units now or later. Null if they are sold, or if no plan of the account has a price for them. */
export async function unitsHoldOf(sql: Sql, of: OfAccount): Promise<SaleHold | null> {
  const { state, sellsUnits } = await loadPaymentState(sql, of)
  return sellsUnits || state.OVERAGE_UNPAID ? saleHold(state, 'UNITS') : null
}

/** Hold of a sale that is paid first, or of higher terms, in force now. Null if there is none. */
export async function currentHold(sql: Sql, of: OfAccount, sale: Exclude<Sale, 'UNITS'>): Promise<SaleHold | null> {
  const { state } = await loadPaymentState(sql, of)
  return holdAt(saleHold(state, sale), of.now)
}

/** Returns true for a subscription whose period is unpaid, if the invoice of the period was voided and no other one can be paid. */
export async function isPeriodVoided(sql: Sql, { accountId, id, status }: BillingSubscriptionRow): Promise<boolean> {
  if (status !== 'PAST_DUE' && status !== 'UNPAID') return false
  return (await sql.row(readVoidedPeriod, { accountId, id }))?.isVoided ?? false
}

/** Denial of a purchase by an account with a disputed payment, or one that is scheduled for deletion. Null if it is allowed. */
export async function purchaseDenial(
  { catalog, clock }: Pick<BillingContext, 'catalog' | 'clock'>,
  sql: Sql,
  accountId: string,
): Promise<Refused | null> {
  const hold = await currentHold(sql, { catalog: catalog.current(), accountId, now: clock.now() }, 'PREPAID')
  return hold && saleDenied(hold)
}
