import { intervalsAfter } from '#services/catalog/products/interval.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaidPeriod } from '#services/entitlements/usage/allowance-use.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { billsOf, type Bill } from './unused-time.sql.js'
import type { GivenUpLine } from './given-up-lines.js'

/** The invoices of a subscription that are paid, or that were sent and are not paid, newest first. */
export const billsFor = (
  sql: Sql,
  { provider, externalId, accountId }: Pick<SubscriptionState['subscription'], 'provider' | 'externalId' | 'accountId'>,
  { isPaid }: { readonly isPaid: boolean },
): Promise<Bill[]> => sql.rows(billsOf, { provider, externalId, accountId, isPaid })

type PricedLine = Pick<GivenUpLine, 'isPlan' | 'price'>

/** True if a line of an invoice bills a line of the subscription now. A plan may have been billed at another plan's price. */
const isFor =
  (catalog: CatalogSnapshot, { isPlan, price }: PricedLine, now: Date) =>
  ({ priceId, periodStart, periodEnd }: Bill['lines'][number]): boolean => {
    const productId = catalog.priceById.get(priceId ?? '')?.productId ?? ''
    const sameLine = isPlan ? catalog.productById.get(productId)?.type === 'PLAN' : productId === price.productId
    return sameLine && Boolean(periodStart && periodEnd && new Date(periodStart) <= now && new Date(periodEnd) > now)
  }

/** The newest invoice that paid for a line, and the whole period that it belongs to. */
export function paidFor(
  catalog: CatalogSnapshot,
  bills: readonly Bill[],
  priced: PricedLine,
  now: Date,
): { readonly bill: Bill; readonly period: PaidPeriod } | null {
  const isCharged = (line: Bill['lines'][number]) => line.amountMinor > 0 && isFor(catalog, priced, now)(line)
  const bill = bills.find(({ lines }) => lines.some(isCharged))
  if (!bill) return null
  const covering = bills.flatMap(({ lines }) => lines.filter(isCharged))
  const end = new Date(bill.lines.find(isCharged)!.periodEnd!)
  const whole = covering.find((line) => !line.proration && line.periodEnd === end.toISOString())
  return {
    bill,
    period: { start: whole ? new Date(whole.periodStart!) : intervalBefore(end, priced.price.interval), end },
  }
}

/** The part of a line's price for a whole period that unpaid invoices bill: that of an increase, which they bill for the rest of the period. */
export const unpaidPrice = (
  catalog: CatalogSnapshot,
  bills: readonly Bill[],
  priced: PricedLine,
  { start, end }: PaidPeriod,
  now: Date,
): number =>
  bills
    .flatMap(({ lines }) => lines.filter(isFor(catalog, priced, now)))
    .reduce((sum, line) => {
      const billed = Date.parse(line.periodEnd!) - Date.parse(line.periodStart!)
      return sum + (listedOf(catalog, line, { start, end }) * (end.getTime() - start.getTime())) / billed
    }, 0)

/** One interval earlier, for a line that was only paid in part. */
export const intervalBefore = (end: Date, interval: GivenUpLine['price']['interval']): Date =>
  interval === 'ONE_TIME' ? end : intervalsAfter(end, interval, -1)

/**
 * Pure: the amount of a line of an invoice before discounts. The provider takes a percentage off the amount of a proration itself, so that its
 * price is counted for its part of the period. A line of another interval reaches beyond the period, and has no such part.
 */
export function listedOf(
  catalog: CatalogSnapshot,
  { proration, amountMinor, priceId, quantity, periodStart, periodEnd }: Bill['lines'][number],
  { start, end }: PaidPeriod,
): number {
  const price = catalog.priceById.get(priceId ?? '')
  if (!proration || !price || !periodStart || !periodEnd) return amountMinor
  const [from, to] = [Date.parse(periodStart), Date.parse(periodEnd)]
  if (from < start.getTime() || to > end.getTime()) return amountMinor
  const share = (to - from) / (end.getTime() - start.getTime())
  const listed = Math.round(price.money.amountMinor * (quantity ?? 1) * share)
  // Another price was charged, or the provider rounds otherwise.
  return listed - Math.abs(amountMinor) > 1 ? Math.sign(amountMinor) * listed : amountMinor
}
