import { sql } from 'kysely'
import type { ProductType } from '#entities/catalog/product.entity.js'
import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { preferredPrice } from '../products/preferred-price.js'

/** An id as its sender has it: a number stays one. */
export type ExternalId = string | number

const asSent = (id: string, numeric: boolean): ExternalId => (numeric ? Number(id) : id)

/** IDs of templates in the integration. */
export async function externalIdsOf(database: Sql, templateIds: readonly string[]): Promise<Map<string, ExternalId>> {
  const numbered = await database.query
    .selectFrom('template_source')
    .select('templateId')
    .where('numericId', '=', true)
    .where('templateId', 'in', templateIds)
    .execute()
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
  database: Sql,
  filter: ExternalProductFilter,
  page: { readonly limit: number; readonly offset: number; readonly currency: string },
): Promise<{ items: ExternalProductView[]; total: number }> {
  const { query } = database
  const vendorName = sql<string | null>`coalesce(template_source.vendor_name, vendor.name)`
  const rows = await query
    .selectFrom('product')
    .leftJoin('template_source', (join) =>
      join.on('product.type', '=', 'TEMPLATE').onRef('template_source.templateId', '=', 'product.externalId'),
    )
    .leftJoin('vendor', 'vendor.id', 'product.vendorId')
    .select([
      'product.id',
      'product.type',
      'product.code',
      'product.externalId',
      'template_source.numericId',
      'product.name',
      'product.active',
      'product.vendorId',
      'template_source.vendorUserId',
      vendorName.as('vendorName'),
      preferredPrice(query, page.currency).as('price'),
      sql<number>`count(*) over ()`.as('total'),
    ])
    .$if(isGiven(filter.externalId), (products) => products.where('product.externalId', '=', filter.externalId!))
    .$if(isGiven(filter.productType), (products) =>
      products.where('product.type', '=', sql<ProductType>`upper(${filter.productType})`),
    )
    .$if(isGiven(filter.code), (products) => products.where('product.code', '=', filter.code!))
    .$if(isGiven(filter.vendorUserId), (products) =>
      products.where('template_source.vendorUserId', '=', filter.vendorUserId!),
    )
    .$if(isGiven(filter.vendorName), (products) => products.where(vendorName, '=', filter.vendorName!))
    .orderBy('product.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { items: rows.map(toView), total: rows[0]?.total ?? 0 }
}

const isGiven = (value: string | null | undefined): boolean => value !== null && value !== undefined

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
