import { intervalsAfter } from '#services/catalog/products/interval.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaidPeriod } from '#services/entitlements/usage/allowance-use.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { paidInvoices, type PaidBill } from './unused-time.sql.js'
import type { GivenUpLine } from './given-up-lines.js'

/** The paid invoices of a subscription with our prices on their lines, newest first. */
export function paidBills(
  sql: Sql,
  subscription: Pick<SubscriptionState['subscription'], 'provider' | 'externalId' | 'accountId'>,
): Promise<PaidBill[]> {
  return sql.rows(paidInvoices, {
    provider: subscription.provider,
    externalId: subscription.externalId,
    accountId: subscription.accountId,
  })
}

/** The newest invoice that paid for a line, and the whole period that it belongs to. A plan may have been paid at another plan's price. */
export function paidFor(
  catalog: CatalogSnapshot,
  bills: readonly PaidBill[],
  { isPlan, price }: Pick<GivenUpLine, 'isPlan' | 'price'>,
  now: Date,
): { readonly bill: PaidBill; readonly period: PaidPeriod } | null {
  const isFor = ({ priceId, amountMinor, periodStart, periodEnd }: PaidBill['lines'][number]) => {
    const productId = catalog.priceById.get(priceId ?? '')?.productId ?? ''
    const sameLine = isPlan ? catalog.productById.get(productId)?.type === 'PLAN' : productId === price.productId
    const covers = periodStart && periodEnd && new Date(periodStart) <= now && new Date(periodEnd) > now
    return sameLine && amountMinor > 0 && covers
  }
  const bill = bills.find(({ lines }) => lines.some(isFor))
  if (!bill) return null
  const covering = bills.flatMap(({ lines }) => lines.filter(isFor))
  const end = new Date(bill.lines.find(isFor)!.periodEnd!)
  const whole = covering.find((line) => !line.proration && line.periodEnd === end.toISOString())
  return { bill, period: { start: whole ? new Date(whole.periodStart!) : intervalBefore(end, price.interval), end } }
}

/** One interval earlier, for a line that was only paid in part. */
export const intervalBefore = (end: Date, interval: GivenUpLine['price']['interval']): Date =>
  interval === 'ONE_TIME' ? end : intervalsAfter(end, interval, -1)
