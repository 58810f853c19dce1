import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { isReturned, type PeriodPayment } from './decide-remaining.js'

/** Payments for the running period of a subscription and its add-ons, in order. */
export function runningPurchases(
  sql: Sql,
  { provider, subscriptionId }: Pick<PurchaseRow, 'provider' | 'subscriptionId'>,
  now: Date,
): Promise<PurchaseRow[]> {
  return sql.rows<PurchaseRow>(
    `select * from purchase where provider = $1 and subscription_id = $2 and status <> 'PENDING' and expires_at > $3
     order by purchased_at, step is not null, id`,
    [provider, subscriptionId, now],
  )
}

/** Pure: the last payment for a whole period, and the payments for changes since then. Payments for add-ons are left out. */
export function payments(
  catalog: CatalogSnapshot,
  running: readonly PurchaseRow[],
  about: Pick<PurchaseRow, 'subscriptionId'>,
): PeriodPayment[] {
  const isPackage = ({ productId }: PurchaseRow) => catalog.productById.get(productId)?.type === 'PACKAGE'
  const own = running.filter((purchase) => purchase.subscriptionId === about.subscriptionId && !isPackage(purchase))
  const base = own.findLastIndex(({ step }) => step === null)
  return own.slice(Math.max(0, base)).map((purchase) => ({
    id: purchase.id,
    quantity: purchase.quantity,
    step: purchase.step,
    standing: !isReturned(purchase),
    reverted: purchase.reverted,
  }))
}

/** Pure: the quantity of an add-on's line after money for it was returned or restored. */
export function addonAfterReturn(purchase: PurchaseRow, quantity: number): number {
  const paidFor = purchase.step ? purchase.step.toQuantity - purchase.step.fromQuantity : quantity
  return isReturned(purchase) ? Math.max(0, quantity - paidFor) : quantity + paidFor
}
