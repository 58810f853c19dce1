import { Temporal } from 'temporal-polyfill'
import type { StoredInvoiceLine } from '#entities/billing/invoice.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaidPeriod } from '#services/entitlements/usage/allowance-use.js'
import type { SubscriptionState } from '../subscriptions/changes/load-subscription-state.js'
import type { GivenUpLine } from './given-up-lines.js'

/** A paid invoice with our prices on its lines. */
export interface PaidBill {
  readonly totalMinor: number
  readonly lines: readonly (StoredInvoiceLine & { readonly priceId: string | null })[]
}

/** The paid invoices of a subscription with our prices on their lines, newest first. */
export function paidBills(
  sql: Sql,
  subscription: Pick<SubscriptionState['subscription'], 'provider' | 'externalId' | 'accountId'>,
): Promise<PaidBill[]> {
  return sql.rows<PaidBill>(
    `select i.total_minor, (
         select json_agg(line.value || jsonb_build_object('priceId', pp.price_id))
         from jsonb_array_elements(i.lines) as line
           left join provider_price pp on pp.provider = i.provider and pp.external_id = line.value ->> 'priceExternalId') as lines
     from invoice i where i.provider = $1 and i.subscription_id = $2 and i.account_id = $3 and i.status = 'PAID' and i.total_minor > 0
       and jsonb_array_length(i.lines) > 0
     order by i.created_at desc, i.id desc limit 100`,
    [subscription.provider, subscription.externalId, subscription.accountId],
  )
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
export function intervalBefore(end: Date, interval: GivenUpLine['price']['interval']): Date {
  const at = Temporal.Instant.fromEpochMilliseconds(end.getTime()).toZonedDateTimeISO('UTC')
  return new Date(at.subtract(interval === 'YEAR' ? { years: 1 } : { months: 1 }).epochMilliseconds)
}
