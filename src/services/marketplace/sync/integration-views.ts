import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { toDecimal } from '#services/kernel/money/money.js'

/** An id as its sender has it: a number stays one. */
export type ExternalId = string | number

const asSent = (id: string, numeric: boolean): ExternalId => (numeric ? Number(id) : id)

/** IDs of templates in the integration. */
export async function externalIdsOf(sql: Sql, templateIds: readonly string[]): Promise<Map<string, ExternalId>> {
  const numbered = await sql.rows<{ templateId: string }>(
    `select template_id from template_source where numeric_id and template_id = any($1)`,
    [templateIds],
  )
  const numbers = new Set(numbered.map(({ templateId }) => templateId))
  return new Map(templateIds.map((id) => [id, asSent(id, numbers.has(id))]))
}

/** Product filter of an integration. Undefined fields do not filter. */
export interface ExternalProductFilter {
  readonly externalId?: string | null
  readonly productType?: string | null
  readonly code?: string | null
  readonly vendorUserId?: string | null
  readonly vendorName?: string | null
}

/** A product in the integration's format: its decimals and field names. */
export interface ExternalProductView {
  readonly product_id: string
  readonly product_type: string
  readonly code: string
  readonly external_id: ExternalId | null
  readonly name: string
  readonly price: string | null
  readonly currency: string | null
  readonly billing_cycle: 'one_time' | 'monthly' | 'yearly' | null
  readonly is_active: boolean
  readonly vendor_id: string | null
  readonly vendor_user_id: string | null
  readonly vendor_name: string | null
}

interface ProductInput {
  readonly id: string
  readonly type: string
  readonly code: string
  readonly externalId: string | null
  readonly numericId: boolean | null
  readonly name: string
  readonly active: boolean
  readonly vendorId: string | null
  readonly vendorUserId: string | null
  readonly vendorName: string | null
  readonly price: { readonly amountMinor: number; readonly currency: string; readonly interval: string } | null
}

const CYCLES: Record<string, ExternalProductView['billing_cycle']> = {
  ONE_TIME: 'one_time',
  MONTH: 'monthly',
  YEAR: 'yearly',
}

/** Products that match an integration's filters, one page, with the total count. */
export async function listExternalProducts(
  sql: Sql,
  filter: ExternalProductFilter,
  page: { readonly limit: number; readonly offset: number; readonly currency: string },
): Promise<{ items: ExternalProductView[]; total: number }> {
  const rows = await sql.rows<ProductInput & { total: number }>(
    `select p.id, p.type, p.code, p.external_id, s.numeric_id, p.name, p.active, p.vendor_id, s.vendor_user_id, coalesce(s.vendor_name, v.name) as vendor_name,
       (select jsonb_build_object('amountMinor', r.amount_minor, 'currency', r.currency, 'interval', r."interval")
        from price r where r.product_id = p.id and r.active order by (r.currency = $8) desc, r.id limit 1) as price,
       count(*) over () as total
     from product p left join template_source s on p.type = 'TEMPLATE' and s.template_id = p.external_id left join vendor v on v.id = p.vendor_id
     where ($1::text is null or p.external_id = $1) and ($2::text is null or p.type = upper($2)) and ($3::text is null or p.code = $3)
       and ($4::text is null or s.vendor_user_id = $4) and ($5::text is null or coalesce(s.vendor_name, v.name) = $5)
     order by p.id limit $6 offset $7`,
    [
      filter.externalId ?? null,
      filter.productType ?? null,
      filter.code ?? null,
      filter.vendorUserId ?? null,
      filter.vendorName ?? null,
      page.limit,
      page.offset,
      page.currency,
    ],
  )
  return { items: rows.map(toView), total: rows[0]?.total ?? 0 }
}

const toView = (row: ProductInput): ExternalProductView => ({
  product_id: row.id,
  product_type: row.type.toLowerCase(),
  code: row.code,
  external_id: row.externalId === null ? null : asSent(row.externalId, row.numericId ?? false),
  name: row.name,
  price: row.price ? toDecimal(row.price) : null,
  currency: row.price?.currency ?? null,
  billing_cycle: row.price ? (CYCLES[row.price.interval] ?? null) : null,
  is_active: row.active,
  vendor_id: row.vendorId,
  vendor_user_id: row.vendorUserId,
  vendor_name: row.vendorName,
})

/** A category in the integration's format. A category with a number is identified by it. */
export const toExternalCategory = ({ id, code, title, priority }: CategoryRow) => ({
  _id: /^\d{1,15}$/.test(id) ? Number(id) : id,
  name: code,
  title,
  priority,
})
