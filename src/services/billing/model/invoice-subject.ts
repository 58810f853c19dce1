import type { StoredInvoiceLine } from '#entities/billing/invoice.entity.js'
import type { PurchaseStep } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import { overageOfInvoice } from './overage-invoices.sql.js'
import type { ProviderName } from '../providers/provider-name.js'

/** Product of an invoice, as one purchase shows it. */
export interface InvoiceSubject {
  readonly productId: string
  readonly quantity: number
  /** Our checkout, on the first invoice of a subscription. */
  readonly checkoutId: string | null
  /** Beginning of the period that it pays for. Null if it pays for none. */
  readonly periodStart: Date | null
  /** End of the period that it pays for. */
  readonly periodEnd: Date | null
  /** Change of the subscription that it pays for. Null if it pays for a whole period. */
  readonly step: PurchaseStep | null
  /** True if it charges units beyond the allowance of the plan. */
  readonly overage: boolean
}

/** A line of an invoice that bills a price of the catalog. */
export interface CatalogLine extends StoredInvoiceLine {
  readonly priceId: string
  readonly productId: string
  readonly type: string
}

/** The plan or product that an invoice bills; null for an invoice without lines of the catalog. */
export async function findInvoiceSubject(
  sql: Sql,
  { accountId, provider }: { readonly accountId: string | null; readonly provider: ProviderName },
  invoice: FetchedInvoice,
): Promise<InvoiceSubject | null> {
  const billed = decideInvoiced(await catalogLines(sql, provider, invoice))
  if (billed) return { ...billed, checkoutId: await ownCheckout(sql, invoice), overage: false }
  const charged = await chargeOfServer(sql, { accountId, provider }, invoice)
  if (!charged) return null
  const { productId, overage } = charged
  return { productId, quantity: 1, checkoutId: null, periodStart: null, periodEnd: null, step: null, overage }
}

/** Lines of an invoice that bill a price of the catalog. */
export async function catalogLines(
  sql: Sql,
  provider: ProviderName,
  invoice: Pick<FetchedInvoice, 'lines'>,
): Promise<CatalogLine[]> {
  const prices = invoice.lines.flatMap((line) => line.priceExternalId ?? [])
  const known = await sql.query
    .selectFrom('provider_price as pp')
    .innerJoin('price as pr', 'pr.id', 'pp.priceId')
    .innerJoin('product as p', 'p.id', 'pr.productId')
    .select(['pp.externalId', 'pr.id as priceId', 'p.id as productId', 'p.type'])
    .where('pp.provider', '=', provider)
    .where('pp.externalId', 'in', prices)
    .execute()
  return invoice.lines.flatMap((line): CatalogLine[] => {
    const match = known.find(({ externalId }) => externalId === line.priceExternalId)
    return match ? [{ ...line, ...match }] : []
  })
}

/** The product of the plan whose use an invoice of the server charges, and whether it is beyond the allowance. */
async function chargeOfServer(
  sql: Sql,
  { accountId, provider }: { readonly accountId: string | null; readonly provider: ProviderName },
  { externalId, subscriptionId }: FetchedInvoice,
): Promise<{ readonly productId: string; readonly overage: boolean } | null> {
  if (subscriptionId || accountId === null) return null
  return (await sql.row(overageOfInvoice, { accountId, provider, invoiceId: externalId })) ?? null
}

/**
 * Pure: the main line of the invoice, and the change that it pays for. A plan for a whole period comes first, then the
 * plan that a proration changes to, then an add-on or another product.
 */
export function decideInvoiced(lines: readonly CatalogLine[]): Omit<InvoiceSubject, 'checkoutId' | 'overage'> | null {
  const plans = lines.filter(({ type }) => type === 'PLAN')
  const whole = plans.find(({ proration }) => !proration)
  if (whole) return { ...billedBy(whole, lines), step: null }
  const candidates = plans.length > 0 ? plans : lines
  const main = candidates.findLast(({ amountMinor }) => amountMinor > 0) ?? candidates[0]
  if (!main) return null
  return { ...billedBy(main, lines), step: stepOf(main, candidates) }
}

function billedBy(
  main: CatalogLine,
  lines: readonly CatalogLine[],
): Omit<InvoiceSubject, 'checkoutId' | 'step' | 'overage'> {
  const ends = lines.flatMap(({ productId, periodEnd }) => (productId === main.productId && periodEnd ? periodEnd : []))
  const periodEnd = ends.toSorted().at(-1)
  return {
    productId: main.productId,
    quantity: Math.max(1, main.quantity ?? 1),
    periodStart: main.periodStart ? new Date(main.periodStart) : null,
    periodEnd: periodEnd ? new Date(periodEnd) : null,
  }
}

/** A proration credits the terms before the change and charges those after it. A line that is new is only charged. */
function stepOf(main: CatalogLine, candidates: readonly CatalogLine[]): PurchaseStep | null {
  if (!main.proration) return null
  const before = candidates.find(
    ({ proration, amountMinor, type, productId }) =>
      proration && amountMinor < 0 && (type === 'PLAN' || productId === main.productId),
  )
  return {
    fromPriceId: before?.priceId ?? null,
    fromQuantity: before ? (before.quantity ?? 1) : 0,
    toPriceId: main.priceId,
    toQuantity: main.quantity ?? 1,
  }
}

/** The metadata is the provider's word; the checkout must be one of ours. */
async function ownCheckout(sql: Sql, { checkoutId }: FetchedInvoice): Promise<string | null> {
  if (!checkoutId) return null
  const checkout = await sql.query.selectFrom('checkout').select('id').where('id', '=', checkoutId).executeTakeFirst()
  return checkout?.id ?? null
}
