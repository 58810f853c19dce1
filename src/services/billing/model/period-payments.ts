import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isReturned, type PeriodPayment } from './decide-remaining.js'

/** Columns that decide whether a payment pays for the running period. */
export type RunningPayment = Pick<
  PurchaseRow,
  | 'id'
  | 'subscriptionId'
  | 'productId'
  | 'quantity'
  | 'step'
  | 'reverted'
  | 'revertedAfter'
  | 'purchasedAt'
  | 'status'
  | 'amountMinor'
  | 'reversedMinor'
  | 'creditMinor'
  | 'creditedMinor'
>

/** Payments for the running period of a subscription and its add-ons, in order. */
export function runningPurchases(
  sql: Sql,
  { accountId, provider, subscriptionId }: Pick<PurchaseRow, 'accountId' | 'provider' | 'subscriptionId'>,
  now: Date,
): Promise<PurchaseRow[]> {
  return sql.query
    .selectFrom('purchase')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('subscriptionId', '=', subscriptionId)
    .where('status', '<>', 'PENDING')
    .where('expiresAt', '>', now)
    .orderBy('purchasedAt')
    .orderBy((eb) => eb('step', 'is not', null))
    .orderBy('id')
    .execute()
}

/** Pure: the last payment for a whole period, and the payments for changes since then. Payments for add-ons are left out. */
export function payments(
  catalog: CatalogSnapshot,
  running: readonly RunningPayment[],
  about: Pick<PurchaseRow, 'subscriptionId'>,
): PeriodPayment[] {
  const own = running.filter((purchase) => purchase.subscriptionId === about.subscriptionId)
  return sinceWholePeriod(own.filter((purchase) => !isPackage(catalog, purchase)))
}

/**
 * Pure: the payments for an add-on in its running period, in order. A payment for a whole period of the plan bills the add-on as well, so it
 * replaces the earlier ones.
 */
export function addonPayments(
  catalog: CatalogSnapshot,
  running: readonly RunningPayment[],
  { subscriptionId, productId }: Pick<PurchaseRow, 'subscriptionId' | 'productId'>,
): PeriodPayment[] {
  const own = running.filter((purchase) => purchase.subscriptionId === subscriptionId)
  const replaced = own.findLastIndex((purchase) => purchase.step === null && !isPackage(catalog, purchase))
  return sinceWholePeriod(own.slice(replaced + 1).filter((purchase) => purchase.productId === productId))
}

const isPackage = (catalog: CatalogSnapshot, { productId }: Pick<PurchaseRow, 'productId'>): boolean =>
  catalog.productById.get(productId)?.type === 'PACKAGE'

/** The last payment for a whole period, and those after it. */
const sinceWholePeriod = (purchases: readonly RunningPayment[]): PeriodPayment[] =>
  purchases
    .slice(
      Math.max(
        0,
        purchases.findLastIndex(({ step }) => step === null),
      ),
    )
    .map((purchase) => ({
      id: purchase.id,
      quantity: purchase.quantity,
      step: purchase.step,
      standing: !isReturned(purchase),
      reverted: purchase.reverted,
      revertedAfter: purchase.revertedAfter,
    }))
