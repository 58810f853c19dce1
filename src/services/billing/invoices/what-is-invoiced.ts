import type { Sql } from '../../kernel/database/sql.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/port.js'

/** What an invoice bills, as one purchase shows it. */
export interface Invoiced {
  readonly productId: string
  readonly quantity: number
  /** Our checkout, on the first invoice of a subscription. */
  readonly checkoutId: string | null
  /** Until when it pays for. */
  readonly periodEnd: Date | null
}

/** The plan that an invoice bills, else the first of its lines that is ours; null for an invoice about nothing of the catalog. */
export async function whatIsInvoiced(
  sql: Sql,
  provider: ProviderName,
  invoice: FetchedInvoice,
): Promise<Invoiced | null> {
  const prices = invoice.lines.flatMap((line) => line.priceExternalId ?? [])
  const known = await sql.rows<{ externalId: string; productId: string; type: string }>(
    `select pp.external_id, p.id as product_id, p.type from provider_price pp join price pr on pr.id = pp.price_id
       join product p on p.id = pr.product_id where pp.provider = $1 and pp.external_id = any($2)`,
    [provider, prices],
  )
  const ours = invoice.lines.flatMap((line) => {
    const match = known.find(({ externalId }) => externalId === line.priceExternalId)
    return match ? [{ ...line, ...match }] : []
  })
  const main = ours.find(({ type }) => type === 'PLAN') ?? ours[0]
  if (!main) return null
  // The difference between two plans pays for no period by itself; an add-on that begins in the middle of one pays for its rest.
  const ends = ours.flatMap(({ productId, periodEnd, proration, type }) =>
    productId === main.productId && periodEnd && !(proration && type === 'PLAN') ? periodEnd : [],
  )
  const periodEnd = ends.toSorted().at(-1)
  return {
    productId: main.productId,
    quantity: Math.max(1, main.quantity ?? 1),
    checkoutId: await ownCheckout(sql, invoice),
    periodEnd: periodEnd ? new Date(periodEnd) : null,
  }
}

/** The metadata is the provider's word; the checkout must be one of ours. */
async function ownCheckout(sql: Sql, { checkoutId }: FetchedInvoice): Promise<string | null> {
  if (!checkoutId) return null
  return (await sql.row<{ id: string }>(`select id from checkout where id = $1`, [checkoutId]))?.id ?? null
}
